import { DlError } from '../core/errors.ts';
import type { Address } from '../kernels/address.ts';
import type { EngineKernels } from '../kernels/engine-kernels.ts';
import type { KernelFlavour } from '../kernels/inference-kernels.ts';
import type { ActivationRange } from '../packed/model-file.ts';
import type { ReadModelFile } from '../packed/read-model-file.ts';
import { assignBuffers } from './assign-buffers.ts';
import { chooseKernels, type KernelChoices } from './choose-kernel.ts';
import { checkFeatures, type ModelFeatures } from './model-features.ts';
import { planSteps } from './plan-steps.ts';
import { type Prediction, predictionOf } from './prediction.ts';
import { checkInputs, checkSamples, preprocess, type RawSample } from './preprocess.ts';
import { type RunStep, sizeOf } from './step.ts';
import type { ModelWorkers } from './workers/model-workers.ts';

/** How one step is computed. */
export interface PlannedStep {
  /** `conv2d`, `dense`, `maxPooling2d` ... */
  readonly kind: string;
  /** The layers it does the work of: activations, BatchNorm merged into the layer before. */
  readonly layers: readonly string[];
  /** Without the batch axis. */
  readonly outputShape: readonly number[];
  /** Multiplications with a weight for one sample. */
  readonly multiplyAdds: number;
  /** What computes it for a single sample: `int8`, `sparse`, `float32`. */
  readonly kernel: string;
  /** And for a batch of 8 samples or more. */
  readonly batchKernel: string;
  /** Why these kernels and no others: `6.1 us, float32 13 us`. Empty where there is no choice. */
  readonly why: string;
  /** Of a model with static quantization: the whole numbers that the result is rounded to where a kernel reads whole numbers. */
  readonly activations?: ActivationRange;
}

/** Samples that are computed together; more would only need more memory. */
const largestChunk = 64;
/** Floats that a buffer between steps may hold for several samples. */
const largestBuffer = 2 ** 22;
/** And for a single one: 512 MB. */
const largestSample = 2 ** 27;

export interface ModelOptions {
  /** Kernels that measuring has found. @default the cheapest by estimate */
  readonly choices?: KernelChoices;
  /** Samples that are computed together at most. @default 64 */
  readonly samplesAtOnce?: number;
}

/** A model, ready to predict. Made by `loadModel`. */
export class Model {
  /** What the model knows of its data: classes, input shape, preprocessing. */
  readonly features: ModelFeatures;
  /** Log values of the kept epoch: `val_accuracy`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Which build of the kernels runs: with relaxed SIMD where the JavaScript engine has it. */
  readonly flavour: KernelFlavour;
  /** The steps of the computation. */
  readonly plan: readonly PlannedStep[];
  /** The kernels by layer, to be kept for the next `loadModel(source, { autotune: choices })`. */
  readonly choices: KernelChoices;
  readonly #kernels: EngineKernels;
  readonly #run: readonly { readonly run: RunStep; readonly inputs: readonly Address[]; readonly output: Address }[];
  readonly #chunk: number;
  readonly #input: Address;
  readonly #output: Address;
  #workers: ModelWorkers | undefined;

  /**
   * @throws DlError `refused` for layers that the engine cannot run, `file` for a damaged description
   */
  constructor(file: ReadModelFile, kernels: EngineKernels, { choices = {}, samplesAtOnce = largestChunk }: ModelOptions = {}) {
    const { features, metrics, activations } = file;
    this.flavour = kernels.flavour;
    this.features = checkFeatures(features);
    this.metrics = metrics;
    const { inputShape, outputs } = this.features;
    const steps = planSteps(file, inputShape);
    const outputSize = sizeOf(steps.at(-1)?.outputShape ?? inputShape);
    if (outputSize !== outputs)
      throw new DlError('file', `Not a sound model file: its layers give ${outputSize} outputs, its features name ${outputs}.`);
    const largest = Math.max(sizeOf(inputShape), ...steps.map((step) => sizeOf(step.outputShape)));
    if (largest > largestSample) {
      throw new DlError(
        'refused',
        `One sample of this model takes ${largest} numbers between two layers; the engine holds ${largestSample}.`,
      );
    }
    this.#kernels = kernels;
    this.#chunk = Math.max(1, Math.min(samplesAtOnce, Math.floor(largestBuffer / largest)));
    const { bufferOf, sizes } = assignBuffers(
      [sizeOf(inputShape), ...steps.map((step) => sizeOf(step.outputShape))],
      steps.map((step) => step.reads),
    );
    const buffers = sizes.map((size) => kernels.heap.allocate(size * this.#chunk * 4));
    const addressOf = (value: number) => buffers[bufferOf[value]];
    const chosen = steps.map((step) => chooseKernels(step, kernels.flavour, choices));
    this.#run = steps.map((step, index) => ({
      run: step.compile(kernels, chosen[index]),
      inputs: step.reads.map(addressOf),
      output: addressOf(index + 1),
    }));
    this.#input = addressOf(0);
    this.#output = addressOf(steps.length);
    this.choices = Object.fromEntries(
      steps.flatMap(({ layers: [name] }, index) => {
        const { single, many } = chosen[index] ?? {};
        const chosenBefore = choices[name];
        if (chosenBefore || !single || !many) return chosenBefore ? [[name, chosenBefore]] : [];
        return [[name, { single: { kernel: single.kernel.name }, many: { kernel: many.kernel.name } }]];
      }),
    );
    this.plan = steps.map(({ kind, layers, outputShape, multiplyAdds }, index) => {
      const { single, many } = chosen[index] ?? {};
      const [kernel, batchKernel] = [single?.kernel.name ?? 'float32', many?.kernel.name ?? 'float32'];
      const range = activations?.get(layers[layers.length - 1]);
      return { kind, layers, outputShape, multiplyAdds, kernel, batchKernel, why: single?.why ?? '', activations: range };
    });
  }

  /**
   * What the model says about each sample.
   *
   * ```ts
   * const [digit] = await model.predict([pixels]); // { label: '7', probability: 0.996, probabilities: [...] }
   * ```
   *
   * @param samples raw samples, as they come from a camera or a table; the preprocessing of the training is applied
   * @throws DlError `shape` or `data` for a sample that does not fit; it says what is expected
   */
  async predict(samples: readonly RawSample[]): Promise<Prediction[]> {
    const workers = this.#workers;
    if (!workers) return this.predictSync(samples);
    const chunks = this.#chunksOf(samples).map(async ({ inputs }) => this.#predictionsOf(await workers.compute(inputs)));
    return (await Promise.all(chunks)).flat();
  }

  /** The same without waiting. */
  predictSync(samples: readonly RawSample[]): Prediction[] {
    return this.#chunksOf(samples).flatMap(({ inputs, count }) => this.#predictionsOf(this.#compute(inputs, count)));
  }

  /**
   * The model's outputs as they are, from inputs that are preprocessed already.
   *
   * @param inputs `[samples, ...inputShape]`, row after row; they are not searched for NaN, as `predict` does
   * @returns `[samples, outputs]`
   * @throws DlError `usage` for what is no typed array, `shape` for no whole number of samples
   */
  compute(inputs: Float32Array): Float32Array {
    checkInputs(inputs);
    const size = sizeOf(this.features.inputShape);
    const samples = inputs.length / size;
    if (!Number.isInteger(samples)) {
      throw new DlError('shape', `${inputs.length} values are no whole number of inputs of ${size} values [${this.features.inputShape}].`);
    }
    const result = new Float32Array(samples * this.features.outputs);
    for (let start = 0; start < samples; start += this.#chunk) {
      const batch = Math.min(this.#chunk, samples - start);
      result.set(this.#compute(inputs.subarray(start * size, (start + batch) * size), batch), start * this.features.outputs);
    }
    return result;
  }

  /** Where the kernels' memory has inputs and outputs, in bytes. */
  get addresses(): { readonly input: Address; readonly output: Address } {
    return { input: this.#input, output: this.#output };
  }

  /**
   * Times the steps of the plan, call by call, in microseconds. The first calls, in which the JavaScript engine compiles, are left out.
   *
   * @param inputs as for `compute`, no more samples than are computed together
   * @param calls @default 200
   */
  profile(inputs: Float32Array, calls = 200): { readonly steps: readonly Float64Array[]; readonly total: Float64Array } {
    checkInputs(inputs);
    const batch = inputs.length / sizeOf(this.features.inputShape);
    if (!Number.isInteger(batch) || batch < 1 || batch > this.#chunk) {
      throw new DlError(
        'shape',
        `profile takes 1 to ${this.#chunk} whole samples [${this.features.inputShape}]; got ${inputs.length} values.`,
      );
    }
    const [steps, total] = [this.#run.map(() => new Float64Array(calls)), new Float64Array(calls)];
    const warmUp = 20;
    for (let call = -warmUp; call < calls; call++) {
      const begin = performance.now();
      this.#compute(inputs, batch);
      total[call] = 1e3 * (performance.now() - begin);
      this.#run.forEach(({ run, inputs: from, output }, step) => {
        const start = performance.now();
        run(from, output, batch);
        steps[step][call] = 1e3 * (performance.now() - start);
      });
    }
    return { steps, total };
  }

  /** Has `predict` compute in workers from now on. Called by `loadModel`. */
  spreadOver(workers: ModelWorkers): this {
    this.#workers = workers;
    return this;
  }

  /** Ends the workers of a model that was loaded with some; the model computes on by itself. */
  close(): void {
    this.#workers?.close();
    this.#workers = undefined;
  }

  /** Preprocessed, as many together as are computed together. */
  #chunksOf(samples: readonly RawSample[]): { readonly inputs: Float32Array; readonly count: number }[] {
    checkSamples(samples);
    const size = sizeOf(this.features.inputShape);
    return Array.from({ length: Math.ceil(samples.length / this.#chunk) }, (_, index) => {
      const start = index * this.#chunk;
      const chunk = samples.slice(start, start + this.#chunk);
      const inputs = new Float32Array(chunk.length * size);
      chunk.forEach((sample, i) => {
        preprocess(sample, this.features, inputs, i * size, start + i);
      });
      return { inputs, count: chunk.length };
    });
  }

  #predictionsOf(outputs: Float32Array): Prediction[] {
    const { outputs: length } = this.features;
    return Array.from({ length: outputs.length / length }, (_, i) =>
      predictionOf(outputs.subarray(i * length, (i + 1) * length), this.features),
    );
  }

  #compute(inputs: Float32Array, batch: number): Float32Array {
    this.#kernels.floats(this.#input, inputs.length).set(inputs);
    for (const { run, inputs: from, output } of this.#run) run(from, output, batch);
    return this.#kernels.floats(this.#output, batch * this.features.outputs).slice();
  }
}
