// Compiles the runtime library file by file into src/dist: one file in, one out, so that bundlers can drop what is not used.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'src', 'dist');
const kernels = join(root, 'src', 'kernels', 'built');

if (!existsSync(kernels)) run('tsx', 'scripts/build-kernels.ts');
rmSync(dist, { recursive: true, force: true });
run('tsc', '-p', 'src');
// Compiled on the user's machine, see docs/native.md.
cpSync(join(root, 'src', 'kernels', 'native'), join(dist, 'kernels', 'native'), { recursive: true });
bundleOnnxFormat();

const bin = join(dist, 'cli', 'main.js');
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
