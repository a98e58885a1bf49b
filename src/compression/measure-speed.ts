import { tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';
import { RandomStream } from '../core/random.ts';
import { loadModel } from '../inference/load-model.ts';

/** Milliseconds for one sample alone, and for 64 together. */
export interface Times {
  readonly one: number;
  readonly batch: number;
}

/** How long predictions take, on this machine. */
export interface Speed {
  /** The model as trained, by tfjs. */
  readonly tfjs: Times;
  /** The model as trained and the compressed one, by the engine (`loadModel`); undefined where it cannot run them. */
  readonly trained?: Times;
  readonly compressed?: Times;
}

/** Samples of a batch. */
export const batchSize = 64;
/** Each figure is the median over at most so many runs, and so many milliseconds. */
const most = { runs: 50, milliseconds: 120 };

/**
 * Measures the trained model in tfjs and in the engine, and the compressed one in the engine.
 * @param files the model as trained and the compressed one, as model files
 */
export async function measureSpeed(
  model: LayersModel,
  files: { readonly trained: Uint8Array; readonly compressed: Uint8Array },
): Promise<Speed> {
  const inputShape = model.inputs[0].shape.slice(1) as number[];
  const size = inputShape.reduce((product, length) => product * length, 1);
  const random = new RandomStream(0, 'speed');
  const samples = Float32Array.from({ length: batchSize * size }, () => random.uniform());
  const timesOf = (run: (inputs: Float32Array, count: number) => void): Times => ({
    one: medianOf(() => run(samples.subarray(0, size), 1)),
    batch: medianOf(() => run(samples, batchSize)),
  });
  const engine = async (file: Uint8Array): Promise<Times | undefined> => {
    try {
      const loaded = await loadModel(file);
      return timesOf((inputs) => loaded.compute(inputs));
    } catch (error) {
      if (error instanceof DlError && error.code === 'refused') return undefined;
      throw error;
    }
  };
  const tfjs = timesOf((inputs, count) => {
    const input = tensor(inputs, [count, ...inputShape]);
    const output = model.predict(input) as typeof input;
    output.dataSync();
    input.dispose();
    output.dispose();
  });
  return { tfjs, trained: await engine(files.trained), compressed: await engine(files.compressed) };
}

function medianOf(run: () => void): number {
  for (let i = 0; i < 2; i++) run();
  const times: number[] = [];
  const begin = performance.now();
  while (times.length < most.runs && (times.length < 3 || performance.now() - begin < most.milliseconds)) {
    const start = performance.now();
    run();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}
