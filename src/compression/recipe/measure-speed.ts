import { tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../../core/errors.ts';
import { RandomStream } from '../../core/random.ts';
import { loadModel } from '../../inference/load-model.ts';
import type { Model } from '../../inference/model.ts';

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
  /** What the engine does for one sample of the compressed model, step by step. Empty where it cannot run it. */
  readonly steps?: readonly StepSpeed[];
}

/** One step of the engine's plan. */
export interface StepSpeed {
  readonly layers: readonly string[];
  /** `float32`, `int8`, `sparse`. */
  readonly kernel: string;
  /** Whether several kernels compute such a step: it multiplies weights. */
  readonly hasChoice: boolean;
  /** For one sample; of the model as trained where it has a step of the same first layer. */
  readonly milliseconds: { readonly trained?: number; readonly compressed: number };
}

/** Samples of a batch. */
export const batchSize = 64;
/** Each figure is the median over at most so many runs, and so many milliseconds. */
const most = { runs: 50, milliseconds: 400 };

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
  const engine = async (file: Uint8Array): Promise<Model | undefined> => {
    try {
      return await loadModel(file, { autotune: true });
    } catch (error) {
      if (error instanceof DlError && error.code === 'refused') return undefined;
      throw error;
    }
  };
  const tfjs: Run = (inputs, count) => {
    const input = tensor(inputs, [count, ...inputShape]);
    const output = model.predict(input) as typeof input;
    output.dataSync();
    input.dispose();
    output.dispose();
  };
  const models = [await engine(files.trained), await engine(files.compressed)];
  const runs = [tfjs, ...models.map((loaded): Run | undefined => loaded && ((inputs) => loaded.compute(inputs)))];
  const one = mediansOf(runs.map((run) => run && (() => run(samples.subarray(0, size), 1))));
  const batch = mediansOf(runs.map((run) => run && (() => run(samples, batchSize))));
  const [first, ...others] = runs.map((run, i) => (run ? { one: one[i], batch: batch[i] } : undefined));
  const steps = stepSpeeds(models[0], models[1], samples.subarray(0, size));
  return { tfjs: first as Times, trained: others[0], compressed: others[1], steps };
}

function stepSpeeds(trained: Model | undefined, compressed: Model | undefined, sample: Float32Array): StepSpeed[] {
  const medians = (model: Model | undefined) =>
    model?.profile(sample, most.runs).steps.map((times) => times.sort()[times.length >> 1] / 1e3);
  const [before, after] = [medians(trained), medians(compressed)];
  return (compressed?.plan ?? []).map(({ layers, kernel }, i) => {
    const hasChoice = layers[0] in (compressed?.choices ?? {});
    const place = trained?.plan.findIndex((step) => step.layers[0] === layers[0]) ?? -1;
    return { layers, kernel, hasChoice, milliseconds: { trained: before?.[place], compressed: after?.[i] as number } };
  });
}

type Run = (inputs: Float32Array, count: number) => void;

/** Taken in turn, so that what else the machine does meets all alike. */
function mediansOf(runs: readonly ((() => void) | undefined)[]): number[] {
  const times: number[][] = runs.map(() => []);
  for (const run of runs) for (let i = 0; i < 2; i++) run?.();
  const begin = performance.now();
  for (let round = 0; round < most.runs && (round < 3 || performance.now() - begin < most.milliseconds); round++) {
    runs.forEach((run, i) => {
      const start = performance.now();
      run?.();
      times[i].push(performance.now() - start);
    });
  }
  return times.map((list) => list.sort((a, b) => a - b)[list.length >> 1]);
}
