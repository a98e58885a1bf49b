// `npm run bench -- inference [models] [rounds=9]`: how fast the engine predicts beside tfjs and onnxruntime, each on one thread;
// `npm run bench -- inference files`: what it takes to load it, and to read packed files.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNativePackage } from '../src/backend/native-package.ts';
import { useBackend } from '../src/backend/use-backend.ts';
import { packModel } from '../src/compression/pack-model.ts';
import { didYouMean } from '../src/core/nearest.ts';
import { exportOnnx } from '../src/export/export-onnx.ts';
import { hasRelaxedSimd } from '../src/kernels/has-relaxed-simd.ts';
import { summarize } from '../src/models/summarize.ts';
import { nodeOf } from '../test/support/node-of.ts';
import { buildModel, catalogueModels, imagesFor, type ModelName } from './support/build-model.ts';
import { findCompressedModel } from './support/compressed-models.ts';
import type { EngineName, ModelFiles } from './support/inference-engines.ts';
import { interleave } from './support/interleave.ts';
import { measureEngineFiles } from './support/measure-engine-files.ts';
import { MeasuringProcess } from './support/measuring-process.ts';
import { installOnnxRuntime } from './support/onnxruntime.ts';
import type { Report } from './support/report.ts';

const defaultRounds = 9;
const batchSizes = [1, 64];
/** How many times as fast as a peer the engine has to be for a single sample. */
type Targets = Partial<Record<EngineName, number>>;
const denseTargets: Targets = { 'tfjs-wasm': 1.3, 'onnxruntime-web': 1.3 };
/** Of one model more than of the others. */
const higherTargets: Partial<Record<ModelName, Targets>> = { 'lenet5-classic': { 'tfjs-wasm': 3 } };
/** The catalogue has none of these: they only show how fast recurrent layers are. */
const withoutTargets: readonly ModelName[] = ['lstm', 'gru'];
const models: readonly ModelName[] = [...catalogueModels, ...withoutTargets];

/** Two models of which the engine runs the first and its peers the second. */
interface Contest {
  readonly title: string;
  readonly name: ModelName;
  readonly ours: string;
  readonly theirs: ModelFiles;
  readonly targets: Targets;
}

/** A Node, and the engines that run in it: those of JavaScript and WebAssembly in both, native ones in this one. */
interface Setting {
  /** Which build of our kernels runs. */
  readonly flavour: 'simd' | 'relaxed-simd';
  readonly node: string;
  readonly engines: readonly EngineName[];
}

export async function run(report: Report, words: readonly string[]): Promise<void> {
  const names = words.filter((word) => !word.startsWith('rounds='));
  const rounds = Number(words.find((word) => word.startsWith('rounds='))?.slice('rounds='.length) ?? defaultRounds);
  const known: readonly string[] = [...models, 'files'];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(`inference measures ${known.join(', ')}; ${unknown} is none of them.${didYouMean(unknown, known)}`);
  await useBackend();
  if (names.length === 0 || names.includes('files')) await measureEngineFiles(report);
  if (names.join() === 'files') return;
  const settings = chooseSettings();
  const folder = mkdtempSync(join(tmpdir(), 'bench-inference-'));
  try {
    for (const name of models.filter((one) => names.length === 0 || names.includes(one))) {
      const theirs = await writeFiles(name, folder);
      const targets = withoutTargets.includes(name) ? {} : { ...denseTargets, ...higherTargets[name] };
      await measureContest(report, { title: name, name, ours: theirs.packed, theirs, targets }, settings, rounds);
      const compressed = findCompressedModel(name);
      if (compressed) await measureContest(report, { ...compressed, name, theirs }, settings, rounds);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function chooseSettings(): Setting[] {
  const isReady = findNativePackage() === 'ready';
  if (!isReady) console.log('  tfjs-node is not there: its rows are left out (docs/native.md).');
  const hasOnnx = installOnnxRuntime();
  if (!hasOnnx) console.log('  onnxruntime is not to be had: its rows are left out.');
  const portable: EngineName[] = ['ours', 'tfjs-wasm', ...(hasOnnx ? (['onnxruntime-web'] as const) : [])];
  const native: EngineName[] = [...(isReady ? (['tfjs-node'] as const) : []), ...(hasOnnx ? (['onnxruntime-node'] as const) : [])];
  const here: Setting = { flavour: hasRelaxedSimd() ? 'relaxed-simd' : 'simd', node: process.execPath, engines: [...portable, ...native] };
  if (hasRelaxedSimd()) return [here];
  return [here, { flavour: 'relaxed-simd', node: nodeOf(24), engines: [...portable, ...native] }];
}

async function writeFiles(name: ModelName, folder: string): Promise<ModelFiles> {
  const files = { packed: join(folder, `${name}.safetensors`), onnx: join(folder, `${name}.onnx`) };
  const { features } = imagesFor(name, 1);
  writeFileSync(files.packed, await packModel(buildModel(name), { features }));
  await exportOnnx(files.packed, files.onnx, { inputOrder: 'channelsFirst' });
  return files;
}

async function measureContest(report: Report, contest: Contest, settings: readonly Setting[], rounds: number): Promise<void> {
  const { title, ours, theirs } = contest;
  for (const { flavour, node, engines } of settings) {
    const start = (engine: EngineName) => {
      const args = [engine, engine === 'ours' ? ours : theirs.packed, theirs.onnx];
      return MeasuringProcess.program(new URL('support/inference-program.ts', import.meta.url), args, {}, node);
    };
    const processes = new Map(engines.map((engine) => [engine, start(engine)]));
    const product = MeasuringProcess.program(new URL('support/product-rate-program.ts', import.meta.url), [], {}, node);
    if (ours === theirs.packed) await checkOutputs(title, processes);
    for (const batch of batchSizes) {
      const measures = [...processes].map(([engine, one]) => [engine, () => one.measure(String(batch))] as const);
      const rates = await interleave(rounds, Object.fromEntries([...measures, ['product', () => product.measure()]]));
      addRows(report, contest, `${title}, batch ${batch}, ${flavour}`, batch, rates);
    }
    for (const one of [...processes.values(), product]) one.end();
  }
}

/** Rivals that compute different things are not compared. */
async function checkOutputs(title: string, processes: ReadonlyMap<EngineName, MeasuringProcess>): Promise<void> {
  const sums = new Map<EngineName, number>();
  for (const [engine, one] of processes) sums.set(engine, await one.measure('check'));
  const ours = sums.get('ours') as number;
  for (const [engine, sum] of sums) {
    if (Math.abs(sum - ours) > 1e-4) throw new Error(`${engine} gives other outputs than the engine for ${title}: ${sum}, ours ${ours}.`);
  }
}

function addRows(report: Report, contest: Contest, title: string, batch: number, rates: Readonly<Record<string, number>>): void {
  const { ours, product, ...peers } = rates;
  for (const [peer, value] of Object.entries(peers)) {
    const targetRatio = batch === 1 ? contest.targets[peer as EngineName] : undefined;
    report.add({ case: title, metric: 'us', ours, peer: { name: peer, value }, higherIsBetter: false, targetRatio });
  }
  if (contest.ours !== contest.theirs.packed) return; // of a compressed model operations are left out
  const { multiplyAccumulates } = summarize(buildModel(contest.name));
  const gigaflops = (2 * multiplyAccumulates * batch) / (1000 * ours);
  report.add({ case: title, metric: 'GFLOP/s', ours: gigaflops, peer: { name: 'our matrix product', value: product } });
}
