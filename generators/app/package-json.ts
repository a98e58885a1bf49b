import { datasets } from '../../src/catalog.ts';
import type { PackageManager } from '../engine/package-manager.ts';
import type { AppInput } from './input.ts';

/** Versions of what a project installs beside the two packages of ours. */
export const versions = {
  '@napi-rs/image': '^1.15.0',
  '@tensorflow/tfjs-backend-wasm': '4.22.0',
  '@tensorflow/tfjs-core': '4.22.0',
  '@tensorflow/tfjs-layers': '4.22.0',
  '@types/node': '^20.19.0',
  'csv-parse': '^7.0.3',
  pg: '^8.23.1',
  tsx: '~4.23.0',
  typescript: '~6.0.0',
  vite: '^8.0.0',
  vitest: '~4.1.0',
} as const;

type Package = keyof typeof versions;

/** Names that a project must not have, because npm refuses to install a package into one of its own name. */
export const installedPackages: readonly string[] = [...Object.keys(versions), 'dl-project', 'create-dl-project'];

const scripts = {
  train: 'tsx src/train.ts',
  evaluate: 'tsx src/evaluate.ts',
  predict: 'tsx src/predict.ts',
  compress: 'tsx src/compress.ts',
  sensitivity: 'tsx src/sensitivity.ts',
  latency: 'tsx src/latency.ts',
  compile: 'dl-project compile',
  tune: 'tsx src/tune.ts',
  summary: 'tsx src/summary.ts',
  playground: 'tsx src/playground.ts',
  runs: 'dl-project runs',
  native: 'dl-project native',
  test: 'vitest run',
  check: 'tsc',
};

/** The package.json of a project: only what its choices need, exact where our wasm kernels depend on it. */
export function renderPackageJson({ name, answers, packages, packageManagerVersion }: AppInput): string {
  const { task, data, licence, 'package-manager': packageManager } = answers;
  const reads = datasets.find((dataset) => dataset.name === data)?.reads;
  const dependencies = pick([
    '@tensorflow/tfjs-backend-wasm',
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-layers',
    'tsx',
    ...(task === 'classify-images' ? (['@napi-rs/image'] as const) : []),
    ...(reads === 'csv' ? (['csv-parse'] as const) : []),
  ]);
  // yarn wants the peers of a package spelled out; the others bring vitest's along.
  const devDependencies = pick(['@types/node', 'typescript', 'vitest', ...(packageManager === 'yarn' ? (['vite'] as const) : [])]);
  const content = {
    name,
    version: '0.0.0',
    private: true,
    ...(licence === 'none' ? {} : { license: licence }),
    type: 'module',
    engines: { node: '>=20.19' },
    // yarn 1 and the later ones cannot read each other's lock files. (pnpm copies a pin into its own, which not every mirror lets it.)
    ...(packageManager === 'yarn' && packageManagerVersion ? { packageManager: `yarn@${packageManagerVersion}` } : {}),
    scripts: { ...scripts, ...(packages.generator ? { add: 'create-dl-project add', remove: 'create-dl-project remove' } : {}) },
    dependencies: sorted({ ...dependencies, 'dl-project': packages.runtime }),
    devDependencies: sorted({ ...devDependencies, ...(packages.generator ? { 'create-dl-project': packages.generator } : {}) }),
    ...installScripts(packageManager),
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** Install scripts run only for packages that are named; tsx needs esbuild's. pnpm has a file of its own for it: pnpm-workspace.yaml. */
function installScripts(packageManager: PackageManager): object {
  return {
    npm: { allowScripts: { esbuild: true } },
    pnpm: {},
    yarn: { dependenciesMeta: { esbuild: { built: true } } },
    bun: { trustedDependencies: ['esbuild'] },
  }[packageManager];
}

function pick(names: readonly Package[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, versions[name]]));
}

function sorted(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
