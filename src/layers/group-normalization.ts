import { add, mean, mul, reshape, rsqrt, square, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { initializers, layers as tfLayers } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';

type LayerArgs = NonNullable<ConstructorParameters<typeof tfLayers.Layer>[0]>;
type Weight = ReturnType<InstanceType<typeof tfLayers.Layer>['addWeight']>;

export interface GroupNormalizationArgs extends LayerArgs {
  /** Divides the channels; 1 is layer normalization over the whole sample, -1 makes each channel a group (instance normalization). @default 32 */
  groups?: number;
  /** Added to the variance. @default 1e-3 */
  epsilon?: number;
  /** Whether it learns a factor for each channel. @default true */
  scale?: boolean;
  /** Whether it learns a term for each channel. @default true */
  center?: boolean;
  /** Only the last one. @default -1 */
  axis?: number;
}

const [ones, zeros] = [initializers.ones(), initializers.zeros()];

/**
 * Brings each group of channels of a sample to mean 0 and variance 1 (Wu and He, 2018), then scales and shifts each channel. It does the same
 * whatever the batch, in training as in prediction: for batches of a few samples, where batch normalization is noise. Keras' `GroupNormalization`.
 * Input `[batch, ..., channels]`; the output has the same shape.
 */
export class GroupNormalization extends tfLayers.Layer {
  static readonly className = 'GroupNormalization';
  readonly #groups: number;
  readonly #epsilon: number;
  readonly #scale: boolean;
  readonly #center: boolean;
  #gamma: Weight | undefined;
  #beta: Weight | undefined;

  /** @throws DlError `config` for groups or an axis that there cannot be */
  constructor(args: GroupNormalizationArgs = {}) {
    super(args);
    const { groups = 32, epsilon = 1e-3, scale = true, center = true, axis = -1 } = args;
    if (groups !== -1 && !(Number.isInteger(groups) && groups >= 1))
      throw new DlError('config', `groups is ${groups}; it is a whole number that divides the channels, or -1: each channel is a group.`);
    if (axis !== -1) throw new DlError('config', `axis is ${axis}; the channels are the last axis here: -1.`);
    this.#groups = groups;
    this.#epsilon = epsilon;
    this.#scale = scale;
    this.#center = center;
    this.supportsMasking = true;
  }

  /** @throws DlError `config` where the groups do not divide the channels */
  override build(inputShape: (number | null)[]): void {
    const channels = inputShape[inputShape.length - 1] as number;
    if (channels % this.#groupsOf(channels) !== 0) {
      throw new DlError(
        'config',
        `The layer ${this.name} has ${this.#groups} groups, which do not divide its ${channels} channels. Give groups that do, or -1: each channel is a group.`,
      );
    }
    if (this.#scale) this.#gamma = this.addWeight('gamma', [channels], 'float32', ones);
    if (this.#center) this.#beta = this.addWeight('beta', [channels], 'float32', zeros);
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const input = Array.isArray(inputs) ? inputs[0] : inputs;
    return tidy(() => {
      const channels = input.shape[input.rank - 1];
      const groups = this.#groupsOf(channels);
      const grouped = reshape(input, [input.shape[0], -1, groups, channels / groups]);
      const centred = sub(grouped, mean(grouped, [1, 3], true));
      const variance = mean(square(centred), [1, 3], true);
      let output: Tensor = reshape(mul(centred, rsqrt(add(variance, this.#epsilon))), input.shape);
      if (this.#gamma) output = mul(output, this.#gamma.read());
      if (this.#beta) output = add(output, this.#beta.read());
      return output;
    });
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    return inputShape;
  }

  override getConfig() {
    const own = { groups: this.#groups, epsilon: this.#epsilon, scale: this.#scale, center: this.#center, axis: -1 };
    return { ...super.getConfig(), ...own, gammaInitializer: described(ones), betaInitializer: described(zeros) };
  }

  #groupsOf(channels: number): number {
    return this.#groups === -1 ? channels : this.#groups;
  }
}

/** As a saved topology has it. */
function described(initializer: typeof ones) {
  return { className: initializer.getClassName(), config: initializer.getConfig() };
}
