/**
 * How the numbers of a value lie in ONNX, seen from the Keras layer that gives it: in the same order; with the channels first (images); as a
 * signal `[channels, length]`, which layers have as an image of one row; or as an image or a signal that was flattened with its channels first,
 * which no layer has done yet.
 */
export type ImportedOrder = 'keras' | 'channelsFirst' | 'signal' | 'flattened';

/** What else may be known of a value. */
interface ValueTraits {
  readonly isNonNegative?: boolean;
  readonly takesBias?: boolean;
  readonly takesScale?: boolean;
  readonly vectorLayer?: () => string;
  readonly lastLayer?: () => string;
}

/** A value of the ONNX graph and the layer that gives it. */
export class ImportedValue {
  /** What that layer gives, as Keras has it, without the batch axis. */
  readonly shape: readonly number[];
  readonly order: ImportedOrder;
  /** Whether no number is below 0: zeros of a padding then change no maximum. */
  readonly isNonNegative: boolean;
  /** Whether a constant that is added may become the bias of the layer. */
  readonly takesBias: boolean;
  /** Whether factors and terms for its channels may become those of the layer: of a normalization. */
  readonly takesScale: boolean;
  /** The same value as a vector `[channels]`, where another layer gives it directly: a global mean. */
  readonly vectorLayer: (() => string) | undefined;
  /** The last step of a sequence, where another layer gives it directly. */
  readonly lastLayer: (() => string) | undefined;

  readonly #makeLayer: () => string;
  #layer: string | undefined;

  /** @param layer its name, or a function that adds it as soon as somebody reads it */
  constructor(layer: string | (() => string), shape: readonly number[], order: ImportedOrder, more: ValueTraits = {}) {
    this.#makeLayer = typeof layer === 'string' ? () => layer : layer;
    this.shape = shape;
    this.order = order;
    this.isNonNegative = more.isNonNegative ?? false;
    this.takesBias = more.takesBias ?? false;
    this.takesScale = more.takesScale ?? false;
    this.vectorLayer = more.vectorLayer;
    this.lastLayer = more.lastLayer;
  }

  /** The layer that gives it. */
  get layer(): string {
    this.#layer ??= this.#makeLayer();
    return this.#layer;
  }

  /** As ONNX has it, without the batch axis. */
  get onnxShape(): readonly number[] {
    const { shape } = this;
    if (this.order === 'flattened') return [shape.reduce((product, length) => product * length, 1)];
    if (this.order === 'signal') return [shape[2], shape[1]];
    return this.order === 'channelsFirst' ? [shape[2], shape[0], shape[1]] : shape;
  }

  /** The axis of the channels in ONNX, without the batch axis. */
  get channelAxis(): number {
    return this.isChannelsFirst ? 0 : this.onnxShape.length - 1;
  }

  /** Whether it is an image `[channels, height, width]` or a signal `[channels, length]`: Keras' layer has three axes then. */
  get isChannelsFirst(): boolean {
    return this.order === 'channelsFirst' || this.order === 'signal';
  }
}
