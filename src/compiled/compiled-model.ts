import { DlError } from '../core/errors.ts';
import type { ModelFeatures } from '../inference/model-features.ts';
import { type Prediction, predictionOf } from '../inference/prediction.ts';
import { checkInputs, checkSamples, preprocess, type RawSample } from '../inference/preprocess.ts';

/** The memory of a module, and its one function. */
interface CompiledParts {
  readonly input: Float32Array;
  readonly output: Float32Array;
  run(): void;
}

/** A compiled model, ready to predict. Made by `loadCompiled`; the same as `Model` of `dl-project/inference`, one sample at a time. */
export class CompiledModel {
  /** What the model knows of its data: classes, input shape, preprocessing. */
  readonly features: ModelFeatures;
  /** Log values of the kept epoch: `val_accuracy`. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly #parts: CompiledParts;

  constructor(features: ModelFeatures, metrics: Readonly<Record<string, number>>, parts: CompiledParts) {
    this.features = features;
    this.metrics = metrics;
    this.#parts = parts;
  }

  /** As `Model.predict`. @throws DlError `shape` or `data` for a sample that does not fit */
  async predict(samples: readonly RawSample[]): Promise<Prediction[]> {
    return this.predictSync(samples);
  }

  /** The same without waiting. */
  predictSync(samples: readonly RawSample[]): Prediction[] {
    checkSamples(samples);
    const { input, output, run } = this.#parts;
    return samples.map((sample, index) => {
      input.fill(0); // steps write there too, and of a row only what is not 0 is written
      preprocess(sample, this.features, input, 0, index);
      run();
      return predictionOf(output, this.features);
    });
  }

  /**
   * The model's outputs as they are, from one sample that is preprocessed already.
   * @param inputs `inputShape`, row after row
   */
  compute(inputs: Float32Array): Float32Array {
    checkInputs(inputs);
    const { input, output, run } = this.#parts;
    if (inputs.length !== input.length) {
      throw new DlError('shape', `A sample has ${input.length} values [${this.features.inputShape}]; this one has ${inputs.length}.`);
    }
    input.set(inputs);
    run();
    return output.slice();
  }
}
