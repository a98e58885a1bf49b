import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = join(root, 'dist');

/** Parts of Yeoman that we never call, and what is imported from them; several bring dozens of packages along. */
const unused: Record<string, readonly string[]> = {
  '@yeoman/adapter': ['QueuedAdapter'], // ours asks and prints
  '@yeoman/conflicter': ['createConflicterTransform', 'createYoResolveTransform', 'forceYoFiles'], // ours commits
  execa: ['execa', 'execaCommand', 'execaCommandSync', 'execaSync'], // this.spawn
  'fly-import': ['FlyRepository', 'flyImport'], // installs generators on demand, by npm's arborist
  globby: ['globbySync'], // looks for installed generators
  'latest-version': ['default'], // this.addDependencies
  'locate-path': ['locatePathSync'],
  'read-package-up': ['readPackageUpSync'],
  'simple-git': ['simpleGit', 'CheckRepoActions', 'CleanOptions'], // this.simpleGit
  'text-table': ['default'], // Yeoman's own help
  'which-package-manager': ['whichPackageManager'], // Yeoman's own install
};

/** Replaces the unused parts by classes that do nothing; calling one as a function throws. */
const stubs: Plugin = {
  name: 'stubs',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(${Object.keys(unused).join('|')})$`) }, ({ path }) => ({ path, namespace: 'stub' }));
    onLoad({ filter: /.*/, namespace: 'stub' }, ({ path }) => ({
      contents: unused[path].map((name) => (name === 'default' ? 'export default class {}' : `export class ${name} {}`)).join('\n'),
    }));
  },
};

/** Yeoman reads its own version from `../package.json`, which would be ours: its real one is written in. */
const versions: Plugin = {
  name: 'versions',
  setup({ onLoad }) {
    onLoad({ filter: /(yeoman-generator|yeoman-environment)[\\/]dist[\\/].*\.js$/ }, ({ path }) => {
      const folder = path.slice(0, path.lastIndexOf('dist'));
      const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const source = readFileSync(path, 'utf8');
      const contents = source
        .replace(/JSON\.parse\(readFileSync\([^;]*package\.json'\), 'utf8'\)\)/, JSON.stringify({ version }))
        .replace(/require\('\.\.\/package\.json'\)/, JSON.stringify({ version }));
      return { contents, loader: 'js' };
    });
  },
};

rmSync(outdir, { recursive: true, force: true });
const result = await build({
  entryPoints: [join(root, 'generators', 'cli.ts')],
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minify: true,
  metafile: true,
  chunkNames: '[name]-[hash]',
  banner: { js: "import { createRequire } from 'node:module'; var require = createRequire(import.meta.url);" },
  plugins: [stubs, versions],
  logLevel: 'warning',
});

console.log(
  Object.entries(result.metafile.outputs)
    .map(([path, { bytes }]) => `${path} ${bytes}`)
    .join('\n'),
);
const inputs: Record<string, number> = {};
for (const output of Object.values(result.metafile.outputs))
  for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'ours';
    inputs[name] = (inputs[name] ?? 0) + bytesInOutput;
  }
console.log(
  Object.entries(inputs)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 25),
);
