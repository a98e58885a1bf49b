import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DlError } from '../../core/errors.ts';
import type { NativeLibrary } from './native-library.ts';
import { canRun, runProgram } from './run-program.ts';

/** The newest TensorFlow whose C interface tfjs-node 4.22 still fits. */
const tensorflow = { requirement: 'tensorflow-cpu==2.15.1', python: '3.11', platform: 'manylinux2014_x86_64' };

/** The newest Node-API that tfjs-node 4.22 knows; Node 20 and later offer it. */
const napiVersion = 8;

/** Declarations of Node-API, the same for every Node: Node's own headers come from a host that may be out of reach. */
const nodeHeaders = 'node-api-headers@1.9.0';

/** Takes from the wheel the two libraries and the few headers that the addon includes. */
const unpackScript = `
import os, shutil, sys, zipfile
wheel, target = sys.argv[1:]
wanted = ('tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2', 'tensorflow/include/tensorflow/c/',
          'tensorflow/include/tensorflow/core/platform/ctstring', 'tensorflow/include/tsl/c/', 'tensorflow/include/tsl/platform/ctstring')
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name.startswith(wanted) and not name.endswith('/'):
            path = os.path.join(target, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with archive.open(name) as source, open(path, 'wb') as file:
                shutil.copyfileobj(source, file, 1 << 20)
`;

/**
 * Names what is missing on this machine to build the native backend from TensorFlow's Python wheel.
 * @throws DlError `missing`, before anything is downloaded
 */
export function requireBuildTools(platform: string = process.platform, arch: string = process.arch): void {
  if (platform !== 'linux' || arch !== 'x64') {
    throw new DlError(
      'missing',
      `The host that tfjs-node downloads its library from does not answer, and without it the native backend can be built on Linux x64 only (this is ${platform} ${arch}). The wasm backend works everywhere.`,
    );
  }
  const missing = [];
  if (!canRun('python3', '--version')) missing.push('python3');
  if (!canRun('python3', '-m', 'pip', '--version')) missing.push('pip (python3-pip)');
  if (!canRun('c++', '--version')) missing.push('a C++ compiler (g++)');
  if (missing.length > 0) {
    throw new DlError(
      'missing',
      `The native backend needs ${missing.join(', ')}. On Debian and Ubuntu type: sudo apt-get install python3-pip g++. Nothing was downloaded.`,
    );
  }
}

/**
 * Builds the library from the Python wheel of TensorFlow, for machines that reach package registries but not the host
 * that tfjs-node downloads from. Linux x64.
 *
 * @param packageFolder an installed tfjs-node, for the source of its addon
 * @param library the folders to fill
 * @param step told what is going on
 */
export async function buildFromWheel(packageFolder: string, library: NativeLibrary, step: (text: string) => void): Promise<void> {
  const work = join(library.folder, 'work');
  mkdirSync(work);
  try {
    step('fetching TensorFlow 2.15.1 from the Python package index');
    const wheel = await fetchWheel(work);
    step('unpacking');
    await runProgram('python3', ['-c', unpackScript, wheel, work], { cwd: work, what: 'unpack TensorFlow' });
    rmSync(wheel);
    placeLibraries(join(work, 'tensorflow'), library.libraries);
    step('compiling');
    await compileAddon(packageFolder, library, work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function fetchWheel(work: string): Promise<string> {
  const { requirement, python, platform } = tensorflow;
  const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--python-version', python, '--platform', platform];
  await runProgram('python3', [...args, '--dest', work, requirement], { cwd: work, what: 'fetch TensorFlow' });
  const wheel = readdirSync(work).find((name) => name.endsWith('.whl'));
  if (!wheel) throw new DlError('missing', `pip downloaded no wheel of ${requirement}.`);
  return join(work, wheel);
}

function placeLibraries(unpacked: string, libraries: string): void {
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']) {
    renameSync(join(unpacked, name), join(libraries, name));
  }
  symlinkSync('libtensorflow_cc.so.2', join(libraries, 'libtensorflow.so'));
  symlinkSync('libtensorflow_framework.so.2', join(libraries, 'libtensorflow_framework.so'));
  // The name that tfjs-node's install script looks for; finding it, `npm rebuild` wipes nothing.
  symlinkSync('libtensorflow_cc.so.2', join(libraries, 'libtensorflow.so.2.9.1'));
}

/** What `node-pre-gyp install --build-from-source` does, without make, node-gyp and Node's headers. */
async function compileAddon(packageFolder: string, library: NativeLibrary, work: string): Promise<void> {
  await runProgram('npm', ['pack', '--silent', '--pack-destination', work, nodeHeaders], { cwd: work, what: 'fetch the headers of Node' });
  const archive = readdirSync(work).find((name) => name.startsWith('node-api-headers') && name.endsWith('.tgz')) ?? '';
  await runProgram('tar', ['-xzf', archive], { cwd: work, what: 'unpack the headers of Node' });
  const target = join(library.addon, `napi-v${napiVersion}`);
  mkdirSync(target, { recursive: true });
  await runProgram(
    'c++',
    [
      ...['-O2', '-std=c++17', '-fPIC', '-shared', '-w', `-DNAPI_VERSION=${napiVersion}`],
      ...['-I.', `-I${join(work, 'tensorflow/include')}`, `-I${join(work, 'package/include')}`],
      ...['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc'],
      ...[`-L${library.libraries}`, '-ltensorflow', '-ltensorflow_framework', '-Wl,-rpath,$ORIGIN/../../deps/lib'],
      ...['-o', join(target, 'tfjs_binding.node')],
    ],
    { cwd: packageFolder, what: "compile tfjs-node's addon" },
  );
}
