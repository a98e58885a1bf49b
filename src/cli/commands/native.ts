import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { findDifference } from '../../backend/native-kernels/check-kernels.ts';
import { compileKernels, findCompiler } from '../../backend/native-kernels/compile-kernels.ts';
import { kernelLibrary } from '../../backend/native-kernels/kernel-library.ts';
import { defaultThreads, loadNativeKernels } from '../../backend/native-kernels/load-native-kernels.ts';
import { measureKernels } from '../../backend/native-kernels/measure-kernels.ts';
import { DlError } from '../../core/errors.ts';
import { formatBytes, formatDuration } from '../../core/format.ts';
import { didYouMean } from '../../core/nearest.ts';
import { textTable } from '../../core/text-table.ts';
import { loadKernels } from '../../kernels/index.ts';
import type { Command } from '../command.ts';

const help = `dl-project native              compile our kernels for this processor; all your projects then train with them
dl-project native status       check them against those in WebAssembly and measure both
dl-project native remove       delete them
dl-project native tensorflow [status | remove]
                               add TensorFlow's library (tfjs-node) to this project; say whether it loads; take it out`;

/** `dl-project native`: the native kernels of this user on this machine. */
export const native: Command = {
  help,
  async run(args) {
    const [action = 'compile', ...rest] = args;
    if (action === 'tensorflow') return (await import('./native-tensorflow.ts')).nativeTensorflow.run(rest);
    const actions: Record<string, () => Promise<number>> = { compile, status, remove };
    if (!Object.hasOwn(actions, action) || rest.length > 0) {
      const wrong = rest[0] ?? action;
      throw new DlError('usage', `native ${wrong}: not known.${didYouMean(wrong, [...Object.keys(actions), 'tensorflow'])}\n${help}`);
    }
    return actions[action]();
  },
};

async function compile(): Promise<number> {
  const compiler = findCompiler();
  print(`
  native    our kernels, compiled for this processor by ${compiler.version}
`);
  const start = performance.now();
  const step = (text: string) => print(`  ${formatDuration(performance.now() - start).padStart(6)}   ${text}`);
  step('compiling');
  step((await compileKernels(compiler)) ? 'compiled; checking and measuring' : 'was compiled before; checking and measuring');
  // In a process of its own: code for another processor ends the whole process.
  const child = [...process.execArgv, process.argv[1], 'native', 'status'];
  const { status: code } = spawnSync(process.execPath, child, { stdio: 'inherit' });
  if (code !== 0) {
    rmSync(kernelLibrary().folder, { recursive: true, force: true });
    throw new DlError(
      'missing',
      'The kernels were compiled, but do not work here; they were deleted again, and training goes on with wasm.',
    );
  }
  print('  Next: npm run train       delete them: npx dl-project native remove\n');
  return 0;
}

async function status(): Promise<number> {
  const threads = defaultThreads();
  const wasm = await loadKernels();
  const difference = findDifference(loadNativeKernels(), await loadKernels());
  if (difference) throw new DlError('missing', `The native kernels give other numbers than those in WebAssembly (${difference}).`);
  const rates = [measureKernels(wasm), measureKernels(loadNativeKernels({ threads: 1 })), measureKernels(loadNativeKernels({ threads }))];
  const columns = ['10^9 operations a second', 'wasm', 'native, 1 thread', `${threads} threads`].map((title) => ({ title }));
  const row = (name: string, key: 'product' | 'convolution') => [name, ...rates.map((rate) => rate[key].toFixed(0))];
  const rows = [row('matrix product, 512 x 512', 'product'), row('convolution 3x3, with gradients', 'convolution')];
  const { file, compilerFile } = kernelLibrary();
  print(`
${textTable([{ ...columns[0], align: 'left' }, ...columns.slice(1)], rows)}

  They give the numbers of the kernels in WebAssembly, up to rounding.
  ${formatBytes(statSync(file).size)} in ${file}, by ${readFileSync(compilerFile, 'utf8')}
`);
  return 0;
}

async function remove(): Promise<number> {
  const { folder } = kernelLibrary();
  rmSync(folder, { recursive: true, force: true });
  print(`  Deleted: ${folder}. Training goes on with wasm.`);
  return 0;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
