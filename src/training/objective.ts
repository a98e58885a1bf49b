import { add, customGrad, mul, type Scalar, sigmoid, softmax, type Tensor, tensor, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { LayersModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';
import type { Batch } from '../data/dataset.ts';
import type { Features } from '../data/features.ts';
import type { Loss } from '../losses/loss.ts';
import { ForwardPass } from './forward-pass.ts';

/** A batch on the backend. */
export interface BatchTensors {
  /** `[size, ...inputShape]` */
  readonly inputs: Tensor;
  /** Class numbers `[size]`, or values `[size, outputs]`. */
  readonly targets: Tensor;
  /** How much each sample counts, `[size, 1]`; undefined: all alike. */
  readonly weights?: Tensor;
}

/** What is minimised: the loss of a model on a batch, taken from logits where the loss can, plus the layers' regularizers. */
export class Objective {
  readonly #model: LayersModel;
  readonly #features: Features;
  readonly #loss: Loss;
  readonly #forward: ForwardPass;
  /** Undefined: the loss is computed from the model's output itself. */
  readonly #fromLogits: NonNullable<Loss['computeFromLogits']> | undefined;

  /** @throws DlError `shape` where the model's input or output does not fit the data, `config` for a loss that does not */
  constructor(model: LayersModel, features: Features, loss: Loss) {
    checkShapes(model, features);
    checkUnits(features, loss);
    this.#model = model;
    this.#features = features;
    this.#loss = loss;
    this.#forward = new ForwardPass(model);
    const endsInLogits = loss.logitsActivation !== undefined && this.#forward.finalActivation === loss.logitsActivation;
    this.#fromLogits = endsInLogits ? loss.computeFromLogits?.bind(loss) : undefined;
  }

  /** To be called inside a tidy. */
  static upload({ inputs, targets, softTargets, weights, size }: Batch, { inputShape, outputs, task }: Features): BatchTensors {
    return {
      inputs: tensor(inputs, [size, ...inputShape]),
      targets: task === 'classification' && !softTargets ? tensor1d(targets, 'int32') : tensor2d(softTargets ?? targets, [size, outputs]),
      ...(weights && { weights: tensor2d(weights, [size, 1]) }),
    };
  }

  /** Whether `output` of `train` and `evaluate` goes into the model's last activation, rather than comes out of it. */
  get areLogits(): boolean {
    return this.#fromLogits !== undefined;
  }

  /** To be called inside a tidy. */
  upload(batch: Batch): BatchTensors {
    return Objective.upload(batch, this.#features);
  }

  /**
   * Loss and output (logits or predictions) in training. Must run inside a tidy.
   * With weights the gradients are those of the weighted loss; the loss that is told stays the plain mean, to be compared with the validation's.
   */
  train({ inputs, targets, weights }: BatchTensors): { loss: Scalar; output: Tensor } {
    const output = this.#forward.train(inputs, this.#fromLogits !== undefined, true);
    return { loss: this.#lossOf(targets, weights ? weighGradients(output, weights) : output), output };
  }

  /** The same in inference. Must run inside a tidy. */
  evaluate({ inputs, targets }: BatchTensors): { loss: Scalar; output: Tensor } {
    const output = this.#fromLogits ? this.#forward.predictLogits(inputs) : this.#forward.predict(inputs);
    return { loss: this.#lossOf(targets, output), output };
  }

  /** @param output of `train` or `evaluate`  @returns probabilities or values `[size, outputs]` */
  predictions(output: Tensor): Tensor {
    if (!this.#fromLogits) return output;
    return this.#forward.finalActivation === 'softmax' ? softmax(output) : sigmoid(output);
  }

  /** Standardised values in the units of the data. */
  readonly #inUnits = (values: Tensor): Tensor => {
    const { targetScaling } = this.#features;
    return targetScaling ? add(mul(values, targetScaling.deviation), targetScaling.mean) : values;
  };

  #lossOf(targets: Tensor, output: Tensor): Scalar {
    const inUnits = this.#loss.units === 'original' ? this.#inUnits : (values: Tensor) => values;
    const loss = this.#fromLogits ? this.#fromLogits(targets, output) : this.#loss.compute(inUnits(targets), inUnits(output));
    return penalties(this.#model).reduce<Scalar>((sum, penalty) => add(sum, penalty), loss);
  }
}

/** `values` as they are; what flows back is multiplied by `weights`, row by row, as if the loss of each row was. */
function weighGradients(values: Tensor, weights: Tensor): Tensor {
  const weighed = customGrad((...args: unknown[]) => {
    const [x, save] = args as [Tensor, (tensors: Tensor[]) => void];
    save([weights]);
    return { value: x.clone(), gradFunc: (dy: Tensor, saved: Tensor[]) => mul(dy, saved[0]) };
  });
  return weighed(values);
}

/** What the layers' regularizers ask for. tfjs' `model.calculateLosses` finds none in a sequential model. */
function penalties(model: LayersModel): Scalar[] {
  return model.layers.flatMap((layer) => (layer instanceof LayersModel ? penalties(layer) : layer.calculateLosses()));
}

function checkUnits({ targetScaling }: Features, { name, units }: Loss): void {
  if (units !== 'unscaled' || !targetScaling) return;
  throw new DlError(
    'config',
    `training.loss=${name} needs targets as they are, but this data standardises them: (target - ${formatted(targetScaling.mean)}) / ` +
      `${formatted(targetScaling.deviation)} may be below 0. Use meanSquaredError, or meanSquaredLogarithmicError for numbers of very different size.`,
  );
}

function formatted(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function checkShapes(model: LayersModel, features: Features): void {
  const input = model.inputs[0].shape.slice(1);
  const fitsInput =
    input.length === features.inputShape.length && input.every((size, i) => size === null || size === features.inputShape[i]);
  if (!fitsInput) {
    throw new DlError('shape', `The model ${model.name} takes inputs [${input}], but the data has [${features.inputShape}].`);
  }
  const output = model.outputs[0].shape.slice(1);
  if (output.length !== 1 || output[0] !== features.outputs) {
    const needed = features.task === 'classification' ? `one output per class, [${features.outputs}]` : `[${features.outputs}]`;
    throw new DlError('shape', `The model ${model.name} gives outputs [${output}], but the data needs ${needed}.`);
  }
}
