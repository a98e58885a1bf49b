import { readFile } from 'node:fs/promises';
import { tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';
import { RandomStream } from '../core/random.ts';
import { loadModel } from '../inference/load-model.ts';
import type { PlannedStep } from '../inference/model.ts';

/** Microseconds that half, 95 % and 99 % of the calls took at most. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** How long the predictions of a packed model take on this machine, in one thread. */
export interface Latency {
  /** The packed file. */
  readonly file: string;
  readonly sizeBytes: number;
  /** Samples that are predicted together. */
  readonly batch: number;
  readonly calls: number;
  /** Which build of the kernels ran. */
  readonly flavour: string;
  /** Step by step; by themselves they take a little longer than in one go. */
  readonly steps: readonly { readonly step: PlannedStep; readonly times: Percentiles }[];
  readonly total: Percentiles;
  /** The dense model by tfjs, on the backend that is in use; undefined where none was given. */
  readonly dense?: Percentiles;
}

export interface MeasureLatencyOptions {
  /** Samples that are predicted together. @default 1 */
  readonly batch?: number;
  /** @default 500 */
  readonly calls?: number;
  /** The model as trained, to be timed by tfjs. @default none */
  readonly dense?: LayersModel;
}

/**
 * Times the predictions of a packed model by the engine, layer by layer, with the kernels that are fastest here; and beside it the dense
 * model by tfjs. From drawn inputs, which are not counted.
 * @throws DlError `usage` for a batch below 1 or above 64, `missing` or `file` as `loadModel`, `shape` where the dense model is of other data
 */
export async function measureLatency(file: string, options: MeasureLatencyOptions = {}): Promise<Latency> {
  const { batch = 1, calls = 500, dense } = options;
  if (!Number.isInteger(batch) || batch < 1 || batch > 64)
    throw new DlError('usage', `batch is ${batch}; it is a whole number from 1 to 64.`);
  const model = await loadModel(file, { autotune: true });
  const { inputShape } = model.features;
  const takes = dense?.inputs[0].shape.slice(1);
  if (takes && takes.join() !== inputShape.join()) {
    throw new DlError(
      'shape',
      `${file} takes samples of [${inputShape.join(', ')}], the training beside it [${takes.join(', ')}]: they are of different data. Give its own training: run=<id>`,
    );
  }
  const size = inputShape.reduce((product, length) => product * length, 1);
  const random = new RandomStream(0, 'latency');
  const inputs = Float32Array.from({ length: batch * size }, () => random.uniform());
  const { steps, total } = model.profile(inputs, calls);
  return {
    file,
    sizeBytes: (await readFile(file)).length,
    batch,
    calls,
    flavour: model.flavour,
    steps: model.plan.map((step, i) => ({ step, times: percentilesOf(steps[i]) })),
    total: percentilesOf(total),
    ...(dense && { dense: percentilesOf(timeByTfjs(dense, inputs, [batch, ...inputShape], Math.min(calls, 200))) }),
  };
}

function timeByTfjs(model: LayersModel, inputs: Float32Array, shape: number[], calls: number): Float64Array {
  const times = new Float64Array(calls);
  for (let call = -10; call < calls; call++) {
    const start = performance.now();
    const input = tensor(inputs, shape);
    const output = model.predict(input) as typeof input;
    output.dataSync();
    input.dispose();
    output.dispose();
    times[call] = 1e3 * (performance.now() - start);
  }
  return times;
}

function percentilesOf(times: Float64Array): Percentiles {
  const sorted = times.slice().sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
