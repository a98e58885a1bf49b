import { DlError } from '../core/errors.ts';
import type { NamedWeight } from '../packed/model-file.ts';
import { type Activation, activationNamed } from './activation.ts';
import type { Product } from './product.ts';

/** Values of a weight that is not in the file: no layer that somebody trained lacks a longer one. */
const largestFallback = 2 ** 24;

/** Who wants to run a model, in the words of its refusals. */
export interface Runner {
  /** `The engine cannot run` */
  readonly cannotRun: string;
  /** What to do instead, as a sentence. */
  readonly instead: string;
}

export const engine: Runner = {
  cannotRun: 'The engine cannot run',
  instead: 'With tfjs it runs: loadLayersModel of dl-project/compression.',
};

/** The configuration of a layer from a file that may be damaged: every access is checked. */
export class LayerConfig {
  /** Keras' class: `Conv2D`. */
  readonly kind: string;
  readonly name: string;
  readonly #config: Readonly<Record<string, unknown>>;
  readonly #weights: ReadonlyMap<string, NamedWeight>;
  readonly #runner: Runner;

  constructor(layer: unknown, weights: ReadonlyMap<string, NamedWeight>, runner = engine) {
    const { class_name: kind, config } = (layer ?? {}) as Record<string, unknown>;
    const name = (config as Record<string, unknown> | undefined)?.name;
    if (typeof kind !== 'string' || typeof name !== 'string') {
      throw new DlError('file', 'Not a sound model file: a layer has no class or no name.');
    }
    this.kind = kind;
    this.name = name;
    this.#config = config as Record<string, unknown>;
    this.#weights = weights;
    this.#runner = runner;
  }

  /** The layer inside of this one, under a name by which its weights are found. @param change settings that it has here */
  inner(name: string, change: Readonly<Record<string, unknown>> = {}): LayerConfig {
    const { class_name, config } = (this.#config.layer ?? {}) as { class_name?: unknown; config?: object };
    if (typeof config !== 'object' || config === null) throw this.damaged('there is no layer inside of it');
    return new LayerConfig({ class_name, config: { ...config, ...change, name } }, this.#weights, this.#runner);
  }

  /** What the layer inside of this one is called. */
  get innerName(): string {
    const { name } = ((this.#config.layer as { config?: unknown } | undefined)?.config ?? {}) as { name?: unknown };
    if (typeof name !== 'string') throw this.damaged('the layer inside of it has no name');
    return name;
  }

  /** A layer of another class without settings that does a part of this one's work. */
  as(kind: string): LayerConfig {
    return new LayerConfig({ class_name: kind, config: { name: this.name } }, this.#weights, this.#runner);
  }

  /** Any setting as it stands in the file, unchecked. */
  setting(key: string): unknown {
    return this.#config[key];
  }

  /** A whole number, at least 1. */
  count(key: string, fallback?: number): number {
    const value = this.#config[key] ?? fallback;
    if (!Number.isSafeInteger(value) || (value as number) < 1) throw this.damaged(`${key} is ${JSON.stringify(value)}`);
    return value as number;
  }

  number(key: string, fallback: number): number {
    const value = this.#config[key] ?? fallback;
    if (!Number.isFinite(value)) throw this.damaged(`${key} is ${JSON.stringify(value)}`);
    return value as number;
  }

  /** True or false; not there is false. */
  flag(key: string): boolean {
    const value = this.#config[key] ?? false;
    if (typeof value !== 'boolean') throw this.damaged(`${key} is ${JSON.stringify(value)}`);
    return value;
  }

  /** Whether it reads sequences `[length, channels]`: to the engine images of a single row. */
  get isOfSequences(): boolean {
    return this.kind.endsWith('1D');
  }

  /** Height and width: whole numbers, at least 1. Layers of sequences have a height of 1, also where the file does not say. */
  pair(key: string, fallback?: readonly [number, number]): readonly [number, number] {
    const value = this.#config[key] ?? (this.isOfSequences && fallback ? [1, fallback[1]] : fallback);
    const one = Array.isArray(value) && value.length === 1 ? value[0] : value;
    const both = typeof one === 'number' ? [this.isOfSequences ? 1 : one, one] : value;
    const sound = Array.isArray(both) && both.length === 2 && both.every((one) => Number.isSafeInteger(one) && one >= 1 && one < 2 ** 16);
    if (!sound) throw this.damaged(`${key} is ${JSON.stringify(value)}`);
    return both as unknown as readonly [number, number];
  }

  padding(): 'valid' | 'same' {
    const value = this.#config.padding ?? 'valid';
    if (value !== 'valid' && value !== 'same') throw this.unsupported(`has the padding ${JSON.stringify(value)}`);
    return value;
  }

  /** Of a convolution, which may be one of sequences that sees no later moment. @param reach of its filter along the sequence */
  convolutionPadding(reach: number): 'valid' | 'same' | { readonly top: 0; readonly bottom: 0; readonly left: number; readonly right: 0 } {
    const isCausal = this.kind === 'Conv1D' && this.#config.padding === 'causal';
    return isCausal ? { top: 0, bottom: 0, left: reach - 1, right: 0 } : this.padding();
  }

  activation(key = 'activation', fallback = 'linear'): Activation {
    const value = this.#config[key] ?? fallback;
    const activation = typeof value === 'string' ? activationNamed(value) : undefined;
    if (!activation) throw this.unsupported(`has the activation ${JSON.stringify(value)}`);
    return activation;
  }

  /** A weight of this shape. */
  weight(key: string, shape: readonly number[]): Float32Array {
    const weight = this.#weights.get(`${this.name}/${key}`);
    if (!weight) throw this.damaged(`its weight ${key} is missing`);
    if (weight.shape.join() !== shape.join()) throw this.damaged(`its ${key} has the shape [${weight.shape}], expected [${shape}]`);
    return weight.values;
  }

  /** The same where the layer has it; else as many values as it would have, whose number comes from the file and is not to be trusted. */
  optionalWeight(key: string, shape: readonly number[], fallback: number): Float32Array {
    if (this.#weights.has(`${this.name}/${key}`)) return this.weight(key, shape);
    const size = shape.reduce((product, length) => product * length, 1);
    if (!(size <= largestFallback)) throw this.damaged(`its ${key} would have the shape [${shape}]`);
    return new Float32Array(size).fill(fallback);
  }

  /** How the file has a weight of `channels` output channels, the last axis, in whole numbers; undefined where it has not. */
  quantization(key: string, channels: number): Product['quantization'] {
    const { bits, scales } = this.#weights.get(`${this.name}/${key}`)?.quantization ?? {};
    if (bits === undefined || scales === undefined || (scales.length !== 1 && scales.length !== channels)) return undefined;
    return { bits, scales: scales.length === channels ? scales : new Float32Array(channels).fill(scales[0]) };
  }

  /** The length of a layer's first input, as the file has it; undefined where this layer does not say. */
  get inputShape(): readonly unknown[] | undefined {
    const shape = this.#config.batch_input_shape;
    return Array.isArray(shape) ? shape.slice(1) : undefined;
  }

  /** An image `[height, width, channels]` as input; of a layer of sequences one of a single row. @throws DlError for another shape or order */
  image(shape: readonly number[]): readonly [number, number, number] {
    if (this.isOfSequences && !(shape.length === 3 && shape[0] === 1)) {
      if (shape.length !== 2) throw this.damaged(`it takes sequences [length, channels], it gets [${shape}]`);
      return [1, shape[0], shape[1]];
    }
    if (shape.length !== 3) throw this.damaged(`it takes images [height, width, channels], it gets [${shape}]`);
    if ((this.#config.data_format ?? 'channels_last') !== 'channels_last') throw this.unsupported('has its channels first');
    return shape as unknown as readonly [number, number, number];
  }

  damaged(what: string): DlError {
    return new DlError('file', `Not a sound model file: layer ${this.name} (${this.kind}): ${what}.`);
  }

  unsupported(what: string): DlError {
    return new DlError('refused', `${this.#runner.cannotRun} layer ${this.name}: it ${what}. ${this.#runner.instead}`);
  }
}
