import { engine, mul, type Scalar, sum, type Tensor, tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { withoutInputGradients } from '../../backend/wasm/index.ts';
import type { DataLoader } from '../../data/data-loader.ts';
import type { Batch } from '../../data/dataset.ts';
import type { Features } from '../../data/features.ts';
import { ForwardPass } from '../../training/forward-pass.ts';
import { Objective } from '../../training/objective.ts';
import { type OutputKind, pullOf } from './output-curvature.ts';

/** Batches that a score is measured on at least: an estimate from as many squares is right to an eighth (the root of 2 / 128). */
const fewestBatches = 128;

/** Every sample of the training data once, so that what only few of them need is seen, and more epochs where those are few batches. */
export async function* measuringBatches(loader: DataLoader): AsyncGenerator<Batch, void, undefined> {
  let measured = 0;
  for (let epoch = 0; measured < fewestBatches; epoch++) {
    for await (const batch of loader.epoch(epoch)) {
      if (epoch > 0 && measured >= fewestBatches) return;
      yield batch;
      measured++;
    }
  }
}

/** The gradients of a value with respect to weights, frozen ones too, on the side of JavaScript. */
export function gradientsOf(weights: readonly Variable[], compute: () => Scalar): Float32Array[] {
  let gradients: Float32Array[] = [];
  // What tidy returns it searches for tensors, a typed array number by number.
  tidy(() => {
    const { grads } = withoutInputGradients(() => engine().gradients(compute, [...weights]));
    gradients = grads.map((gradient) => gradient.dataSync() as Float32Array);
  });
  return gradients;
}

/** Gradients of what a model says, in inference: no dropout, BatchNorm with its moving averages. */
export class OutputGradients {
  readonly #features: Features;
  readonly #forward: ForwardPass;
  readonly #kind: OutputKind;

  constructor(model: LayersModel, features: Features) {
    this.#features = features;
    this.#forward = new ForwardPass(model);
    this.#kind = this.#forward.finalActivation ?? 'values';
  }

  /**
   * Sums over the samples of a batch the gradients of their outputs, each output weighted so that the square of the sum, for random
   * signs, is on average the diagonal of the Gauss-Newton matrix: samples and outputs are independent, so their products cancel.
   * @param signs `[size, outputs]`: 1 or -1 each, or a single 1 for one column of the matrix' factor
   */
  of(weights: readonly Variable[], batch: Batch, signs: Float32Array): Float32Array[] {
    return gradientsOf(weights, () => {
      const { inputs } = Objective.upload(batch, this.#features);
      const outputs: Tensor = this.#kind === 'values' ? this.#forward.predict(inputs) : this.#forward.predictLogits(inputs);
      const pull = pullOf(this.#kind, outputs.dataSync() as Float32Array, this.#features.outputs, signs);
      return sum(mul(outputs, tensor(pull, outputs.shape)));
    });
  }
}
