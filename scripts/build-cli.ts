// Bundles the generators with Yeoman into dist/, and writes the notices of everything that is in the bundle.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['generators/cli.ts'],
  outdir,
  bundle: true,
  splitting: true, // --help, --version and --dry-run load neither Yeoman nor the prompts
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minify: true,
  metafile: true,
  chunkNames: '[name]-[hash]', // flat: package-root.ts looks one folder up
  banner: { js: "import { createRequire } from 'node:module'; var require = createRequire(import.meta.url);" },
  plugins: [stubs, versions],
  logLevel: 'warning',
});
writeFileSync(join(root, 'THIRD-PARTY-NOTICES.md'), notices(bundledPackages(metafile)));
const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
console.log(`dist/: ${Object.keys(metafile.outputs).length} files, ${Math.round(bytes / 1000)} kB`);

/** The folders of the packages of which something is in the bundle. */
function bundledPackages({ outputs }: Metafile): string[] {
  const folders = Object.values(outputs)
    .flatMap((output) => Object.entries(output.inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0])
    .filter((folder) => folder !== undefined);
  return [...new Set(folders)].sort();
}

/** Name, version and whole licence text of each; a package without any licence fails the build. */
function notices(folders: readonly string[]): string {
  const entries = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(join(root, folder, file), 'utf8').trim() : undefined;
    if (!license && !text) throw new Error(`${name} has no licence: it must not be bundled.`);
    return `## ${name} ${version}\n\nLicence: ${license}\n${text ? `\n\`\`\`\n${text.replaceAll('\r\n', '\n')}\n\`\`\`\n` : ''}`;
  });
  return `# Third-party notices\n\nThe files in \`dist/\` contain code of these ${folders.length} packages. Written by scripts/build-cli.ts.\n\n${entries.join('\n')}`;
}
