// `npm run bench -- googlenet`: what GoogLeNet's 1x1 reductions save, counted for its nine modules and timed for the first one.
import '@tensorflow/tfjs-backend-wasm';
import { randomNormal, ready, setBackend, type Tensor } from '@tensorflow/tfjs-core';
import { registerWasmKernels } from '../src/backend/wasm/index.ts';
import { buildModule, costOf, googLeNetModules, googLeNetTable } from './support/googlenet.ts';
import { interleave } from './support/interleave.ts';
import type { Report } from './support/report.ts';

const rounds = 15;

/** Counts and times of each module with its reductions (ours) and without (the peer). */
export async function run(report: Report): Promise<void> {
  await setBackend('wasm');
  await ready();
  await registerWasmKernels();
  const peerName = 'without reductions';
  for (const module of googLeNetModules) {
    const [reduced, whole] = [costOf(module, true), costOf(module, false)];
    for (const [metric, key] of [
      ['weights', 'weights'],
      ['multiply-adds', 'multiplyAccumulates'],
    ] as const) {
      report.add({ case: module.name, metric, ours: reduced[key], peer: { name: peerName, value: whole[key] }, higherIsBetter: false });
    }
  }
  const [first] = googLeNetModules;
  const times = await interleave(rounds, { reduced: timeOf(true), whole: timeOf(false) });
  const peer = { name: peerName, value: times.whole };
  report.add({ case: `${first.name}, one image, wasm`, metric: 'ms', ours: times.reduced, peer, higherIsBetter: false });
  console.log(`\n${googLeNetTable()}`);
}

/** Milliseconds of one forward pass of module 3a. */
function timeOf(reduced: boolean): () => number {
  const [first] = googLeNetModules;
  const model = buildModule(first, reduced);
  const images = randomNormal([1, first.size, first.size, first.channels]);
  return () => {
    const start = performance.now();
    const output = model.predict(images) as Tensor;
    output.dataSync();
    output.dispose();
    return performance.now() - start;
  };
}
