// Compiles the runtime library file by file into src/dist: one file in, one out, so that bundlers can drop what is not used.
// For Node the same is put together in src/dist/node: a script that reads 90 files starts sooner than one that reads 600.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, buildSync, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'src', 'dist');
const kernels = join(root, 'src', 'kernels', 'built');
const zod = join(root, 'node_modules', 'zod');

/** Our own files: what one looks for beside itself lies where that was compiled to, and of zod only what is named is put in. */
const ownFiles: Plugin = {
  name: 'own-files',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]src[\\/]dist[\\/].*\.js$/ }, ({ path }) => {
      const place = `new URL('../${relative(dist, path).replaceAll('\\', '/')}', import.meta.url).href`;
      const text = readFileSync(path, 'utf8').replaceAll('import.meta.url', place);
      return { contents: text.replace("import { z } from 'zod';", "import * as z from 'zod';") };
    }),
};

const keepZodLicence: Plugin = {
  name: 'keep-zod-licence',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]node_modules[\\/]zod[\\/]index\.js$/ }, ({ path }) => {
      const licence = readFileSync(join(zod, 'LICENSE'), 'utf8');
      return { contents: `/*! Contains zod:\n\n${licence}*/\n${readFileSync(path, 'utf8')}` };
    }),
};

if (!existsSync(kernels)) run('tsx', 'scripts/build-kernels.ts');
rmSync(dist, { recursive: true, force: true });
run('tsc', '-p', 'src');
// Compiled on the user's machine, see docs/native.md.
cpSync(join(root, 'src', 'kernels', 'native'), join(dist, 'kernels', 'native'), { recursive: true });
bundleOnnxFormat();
await bundleForNode();

const bin = join(dist, 'node', 'main.js');
if (!readFileSync(bin, 'utf8').startsWith('#!')) throw new Error('src/cli/main.ts has lost its first line, #!/usr/bin/env node.');
chmodSync(bin, 0o755);

/** Runs a tool of node_modules; a failure ends the build. */
function run(tool: string, ...args: string[]): void {
  const command = join(root, 'node_modules', '.bin', tool);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Puts what ONNX's format needs of its protobuf library (68 kB) into its file, so that exporting installs nothing. */
function bundleOnnxFormat(): void {
  const folder = join(dist, 'export', 'onnx', 'format');
  const file = join(folder, 'onnx-format.js');
  const licences = ['from-binary.js', 'wire/varint.js'].map((name) => {
    const source = readFileSync(join(root, 'node_modules', '@bufbuild', 'protobuf', 'dist', 'esm', name), 'utf8');
    return /^(\/\/.*\n)+/.exec(source)?.[0].replace(/^\/\/ ?/gm, '');
  });
  const banner = { js: `/*! Contains @bufbuild/protobuf:\n\n${licences.join('\n')}*/` };
  buildSync({ entryPoints: [file], outfile: file, allowOverwrite: true, bundle: true, minify: true, format: 'esm', banner });
  rmSync(join(folder, 'onnx_pb.js'));
}

/** A file for each room, one for the command, and those of what they share; zod is among these, and optional peers are not. */
async function bundleForNode(): Promise<void> {
  const rooms = readdirSync(dist).filter((room) => existsSync(join(dist, room, 'index.js')));
  const { peerDependencies } = JSON.parse(readFileSync(join(root, 'src', 'package.json'), 'utf8')) as { peerDependencies: object };
  await build({
    entryPoints: Object.fromEntries([...rooms.map((room) => [room, join(dist, room, 'index.js')]), ['main', join(dist, 'cli', 'main.js')]]),
    outdir: join(dist, 'node'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: [...Object.keys(peerDependencies), 'tsx'],
    plugins: [ownFiles, keepZodLicence],
  });
}
