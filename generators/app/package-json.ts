import { datasets } from '../../src/catalog.ts';
import type { AppInput } from './input.ts';

/** Versions of what a project installs beside the two packages of ours. */
const versions = {
  '@napi-rs/image': '^1.15.0',
  '@tensorflow/tfjs-backend-wasm': '4.22.0',
  '@tensorflow/tfjs-core': '4.22.0',
  '@tensorflow/tfjs-layers': '4.22.0',
  '@types/node': '^20.19.0',
  'csv-parse': '^7.0.3',
  tsx: '~4.23.0',
  typescript: '~6.0.0',
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
  tune: 'tsx src/tune.ts',
  summary: 'tsx src/summary.ts',
  playground: 'tsx src/playground.ts',
  native: 'dl-project native',
  test: 'vitest run',
  check: 'tsc',
};

/** The package.json of a project: only what its choices need, exact where our wasm kernels depend on it. */
export function renderPackageJson({ name, answers, packages, packageManager }: AppInput): string {
  const reads = datasets.find((dataset) => dataset.name === answers.data)?.reads;
  const dependencies = pick([
    '@tensorflow/tfjs-backend-wasm',
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-layers',
    'tsx',
    ...(answers.task === 'classify-images' ? (['@napi-rs/image'] as const) : []),
    ...(reads === 'csv' ? (['csv-parse'] as const) : []),
  ]);
  const devDependencies = pick(['@types/node', 'typescript', 'vitest']);
  const content = {
    name,
    version: '0.0.0',
    private: true,
    type: 'module',
    engines: { node: '>=20.19' },
    scripts: { ...scripts, ...(packages.generator ? { add: 'create-dl-project add' } : {}) },
    dependencies: sorted({ ...dependencies, 'dl-project': packages.runtime }),
    devDependencies: sorted({ ...devDependencies, ...(packages.generator ? { 'create-dl-project': packages.generator } : {}) }),
    // Install scripts run only for packages that are named; tsx needs esbuild's. pnpm has a file of its own for it.
    allowScripts: { esbuild: true },
    ...(packageManager === 'pnpm' ? {} : { pnpm: { onlyBuiltDependencies: ['esbuild'] } }),
    ...(packageManager === 'bun' ? { trustedDependencies: ['esbuild'] } : {}),
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

function pick(names: readonly Package[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, versions[name]]));
}

function sorted(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
