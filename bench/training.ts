// Training: images per second (`npm run bench -- training`, 15 minutes) and test accuracy on MNIST
// (`npm run bench -- training accuracy`, 10 minutes, needs DL_DATA_DIR); what a long training keeps in memory (`npm run bench -- training memory`, 1 minute).
import { fileURLToPath } from 'node:url';
import { isCompiled } from '../src/backend/native-kernels/kernel-library.ts';
import { findNativePackage } from '../src/backend/native-package.ts';
import { useBackend } from '../src/backend/use-backend.ts';
import { summarize } from '../src/models/summarize.ts';
import { measureAccuracy } from './support/accuracy.ts';
import { buildModel, type ModelName } from './support/build-model.ts';
import { interleave } from './support/interleave.ts';
import { MeasuringProcess } from './support/measuring-process.ts';
import { measureMemory } from './support/memory.ts';
import type { Report } from './support/report.ts';
import { torchPython } from './support/torch-environment.ts';

/** Measurements of each rival; `rounds=3` on the command line takes fewer. */
const defaultRounds = 7;
/** The others are only compressed, or only run. */
type MeasuredName = Extract<ModelName, 'lenet5' | 'lenet5-classic' | 'lenet-300-100' | 'vgg-small' | 'resnet20'>;
/** Images a second on wasm, and the rate on native against PyTorch's better one. */
const targets: Record<MeasuredName, { readonly wasm?: number; readonly native: number }> = {
  lenet5: { wasm: 2000, native: 1 },
  'lenet5-classic': { wasm: 5000, native: 1 },
  'lenet-300-100': { native: 0.7 },
  'vgg-small': { wasm: 150, native: 1 },
  resnet20: { native: 1 },
};

export async function run(report: Report, words: readonly string[]): Promise<void> {
  if (words[0] === 'accuracy') return measureAccuracy(report, words.slice(1));
  if (words[0] === 'memory') return measureMemory(report);
  await useBackend();
  const python = torchPython();
  if (!python) console.log('  PyTorch is not to be had: its rows are left out.');
  if (!isCompiled()) console.log('  The native kernels are not compiled: their rows are left out (npx dl-project native).');
  if (findNativePackage() !== 'ready') console.log('  tfjs-node is not there: its rows are left out (docs/native.md).');
  const names = words.filter((word) => !word.startsWith('rounds='));
  const rounds = Number(words.find((word) => word.startsWith('rounds='))?.slice('rounds='.length) ?? defaultRounds);
  const unknown = names.find((name) => !(name in targets));
  if (unknown !== undefined) throw new Error(`training measures ${Object.keys(targets).join(', ')}; ${unknown} is none of them.`);
  const models = (Object.keys(targets) as MeasuredName[]).filter((name) => names.length === 0 || names.includes(name));
  for (const name of models) await measureModel(report, name, python, rounds);
}

async function measureModel(report: Report, name: MeasuredName, python: string | undefined, rounds: number): Promise<void> {
  const processes = startProcesses(name, python);
  const matmul = MeasuringProcess.program(new URL('support/matmul-program.ts', import.meta.url), [], { DL_BACKEND: 'wasm' });
  const measures = Object.fromEntries([...processes, ['matmul', matmul] as const].map(([title, one]) => [title, () => one.measure()]));
  const rates = await interleave(rounds, measures);
  for (const one of [...processes.values(), matmul]) one.end();

  const { wasm: wasmTarget, native: nativeTarget } = targets[name];
  const metric = 'images/s';
  report.add({ case: `${name}, wasm`, metric, ours: rates.wasm, target: wasmTarget });
  const gigaflops = (rates.wasm * trainingOperations(name)) / 1e9;
  report.add({
    case: `${name}, wasm`,
    metric: 'GFLOP/s',
    ours: gigaflops,
    peer: { name: 'our float32 matMul', value: rates.matmul },
    targetRatio: name === 'lenet5' || name === 'lenet5-classic' ? 0.6 : undefined,
  });
  if ('tfjs-wasm fit' in rates) report.add({ case: `${name}, wasm`, metric, ours: rates.wasm, peer: named(rates, 'tfjs-wasm fit') });
  const peers = Object.keys(rates).filter((title) => title.startsWith('PyTorch'));
  for (const peer of peers) report.add({ case: `${name}, wasm`, metric, ours: rates.wasm, peer: named(rates, peer) });
  for (const threads of ['1 thread', '2 threads']) {
    const title = `native, ${threads}`;
    for (const peer of [`PyTorch, ${threads}`, `tfjs-node fit, ${threads}`]) {
      if (title in rates && peer in rates) report.add({ case: `${name}, ${title}`, metric, ours: rates[title], peer: named(rates, peer) });
    }
  }
  if (peers.length === 0 || !('native, 1 thread' in rates)) return;
  const best = peers.reduce((one, other) => (rates[other] > rates[one] ? other : one));
  const ours = Math.max(rates['native, 1 thread'], rates['native, 2 threads']);
  report.add({ case: `${name}, native, the better of both`, metric, ours, peer: named(rates, best), targetRatio: nativeTarget });
}

function named(rates: Readonly<Record<string, number>>, name: string): { name: string; value: number } {
  return { name, value: rates[name] };
}

function startProcesses(name: ModelName, python: string | undefined): Map<string, MeasuringProcess> {
  const program = (trainer: string, env: Record<string, string>) =>
    MeasuringProcess.program(new URL('support/train-program.ts', import.meta.url), [name, trainer], env);
  const processes = new Map([['wasm', program('ours', { DL_BACKEND: 'wasm' })]]);
  // As shipped, tfjs' wasm backend has no gradient of a convolution's filter.
  if (name === 'lenet-300-100') processes.set('tfjs-wasm fit', program('stock', { DL_BACKEND: 'wasm' }));
  for (const threads of ['1', '2']) {
    const title = `${threads} ${threads === '1' ? 'thread' : 'threads'}`;
    if (isCompiled()) processes.set(`native, ${title}`, program('ours', { DL_BACKEND: 'native', DL_THREADS: threads }));
    if (findNativePackage() === 'ready') {
      processes.set(`tfjs-node fit, ${title}`, program('stock', { DL_BACKEND: 'tensorflow', DL_THREADS: threads }));
    }
    if (python) {
      const script = fileURLToPath(new URL('support/torch_train.py', import.meta.url));
      processes.set(`PyTorch, ${title}`, new MeasuringProcess(python, [script, name, threads]));
    }
  }
  return processes;
}

/**
 * Floating-point operations to train on one image: a multiplication and an addition for each multiply-accumulate, once
 * forward, once for the weights' gradient, and, but for the first layer, once for the inputs' gradient.
 */
function trainingOperations(name: ModelName): number {
  const { layers, multiplyAccumulates } = summarize(buildModel(name));
  const first = layers.find((layer) => layer.multiplyAccumulates > 0)?.multiplyAccumulates ?? 0;
  return 2 * (3 * multiplyAccumulates - first);
}
