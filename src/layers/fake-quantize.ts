import {
  abs,
  clipByValue,
  customGrad,
  div,
  equal,
  max,
  maximum,
  min,
  minimum,
  mul,
  neg,
  round,
  sub,
  type Tensor,
  tensor1d,
  tidy,
  where,
} from '@tensorflow/tfjs-core';
import { initializers, type LayersModel, layers as tfLayers } from '@tensorflow/tfjs-layers';
import { activationRange, largestActivation } from '../packed/activation-range.ts';
import { upTo } from './quantizers/signs.ts';

type LayerArgs = NonNullable<ConstructorParameters<typeof tfLayers.Layer>[0]>;
type LayerVariable = LayersModel['weights'][number];
type Save = (tensors: Tensor[]) => void;

export interface FakeQuantizeArgs extends LayerArgs {
  /** Takes the range of each sample from its own values, instead of keeping one. @default false */
  dynamic?: boolean;
}

/** How fast a range follows the batches while training: this share of the old one stays (Jacob et al., 2018). */
const momentum = 0.99;

/**
 * Rounds what it reads to the 128 values that an integer engine can tell apart (7 bits, with zero point; halves to even), so that
 * a model in float32 behaves as the quantized one. What flows back goes through as if nothing had been rounded, but for values
 * outside the range (straight-through estimator, Bengio et al., 2013). The range, `[low, high]`, is a weight that is not trained.
 */
export class FakeQuantize extends tfLayers.Layer {
  static readonly className = 'FakeQuantize';
  /** While true, the range follows the smallest and largest value of each training batch. */
  followsBatches = false;
  readonly #dynamic: boolean;
  #range: LayerVariable | undefined;

  constructor(args: FakeQuantizeArgs) {
    super(args);
    this.#dynamic = args.dynamic ?? false;
  }

  override build(): void {
    if (!this.#dynamic) this.#range = this.addWeight('range', [2], 'float32', initializers.zeros(), undefined, false);
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[], kwargs: { training?: boolean }): Tensor {
    const input = Array.isArray(inputs) ? inputs[0] : inputs;
    if (!this.#range) return tidy(() => roundSamples(input));
    if (kwargs?.training && this.followsBatches) follow(this.#range, input);
    const [low, high] = this.#range.read().dataSync();
    return tidy(() => roundAll(input, low, high));
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    return inputShape;
  }

  override getConfig() {
    return { ...super.getConfig(), dynamic: this.#dynamic };
  }
}

/** Lets the ranges of a model follow the training batches, or keeps them as they are. */
export function followBatches(model: LayersModel, follows: boolean): void {
  for (const layer of model.layers) if (layer instanceof FakeQuantize) layer.followsBatches = follows;
}

function follow(range: LayerVariable, batch: Tensor): void {
  tidy(() => {
    const before = range.read().dataSync();
    const seen = [min(batch), max(batch)].map((value) => value.dataSync()[0]);
    range.write(tensor1d(seen.map((value, i) => momentum * before[i] + (1 - momentum) * value)));
  });
}

function roundAll(input: Tensor, low: number, high: number): Tensor {
  const { scale, zeroPoint } = activationRange(low, high);
  const rounded = customGrad((...args: unknown[]) => {
    const [x, save] = args as [Tensor, Save];
    const numbers = round(div(x, scale));
    const clipped = clipByValue(numbers, -zeroPoint, largestActivation - zeroPoint);
    save([upTo(abs(sub(numbers, clipped)), 0)]);
    return { value: mul(clipped, scale), gradFunc: (dy: Tensor, [inside]: Tensor[]) => mul(dy, inside) };
  });
  return rounded(input);
}

/** Every sample in its own range. */
function roundSamples(input: Tensor): Tensor {
  const rounded = customGrad((...args: unknown[]) => {
    const [x] = args as [Tensor];
    const axes = x.shape.map((_, axis) => axis).slice(1);
    const [least, most] = [minimum(min(x, axes, true), 0), maximum(max(x, axes, true), 0)];
    const width = div(sub(most, least), largestActivation);
    const scale = where(equal(width, 0), 1, width);
    const zeroPoint = minimum(round(div(neg(least), scale)), largestActivation);
    const numbers = maximum(minimum(round(div(x, scale)), sub(largestActivation, zeroPoint)), neg(zeroPoint));
    return { value: mul(numbers, scale), gradFunc: (dy: Tensor) => dy.clone() };
  });
  return rounded(input);
}
