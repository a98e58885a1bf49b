import type { LayerTopology, Topology } from '../../../compression/surgery/topology.ts';
import { DlError } from '../../../core/errors.ts';
import type { NamedWeight } from '../../../packed/model-file.ts';
import { ImportedValue } from './imported-value.ts';

/** Numbers between two layers for one sample: what the engine holds. */
const largestSample = 2 ** 27;

interface GraphLayer extends LayerTopology {
  readonly name: string;
  readonly inbound_nodes: readonly unknown[];
}

/** Collects the layers and weights of a functional Keras model. */
export class KerasGraph {
  readonly #layers = new Map<string, GraphLayer>();
  readonly #weights = new Map<string, NamedWeight>();
  readonly #names = new Set<string>();
  readonly #flattened = new Map<ImportedValue, string>();
  readonly #plain = new Map<ImportedValue, string>();
  readonly #largestWeights: number;
  readonly #countReaders: (value: ImportedValue) => number;
  /** The length of the batch axis where the file says one; undefined where it is free. */
  readonly fixedBatch: number | undefined;
  #weightCount = 0;

  /**
   * @param largestBytes what all weights may take
   * @param countReaders how many nodes read a value, under whatever name
   */
  constructor(largestBytes: number, fixedBatch: number | undefined, countReaders: (value: ImportedValue) => number) {
    this.#largestWeights = largestBytes / 4;
    this.fixedBatch = fixedBatch;
    this.#countReaders = countReaders;
  }

  /**
   * Adds a layer.
   * @param name wanted; made unique
   * @param inputs names of layers; none for the model's input
   * @param weights by their name in the layer, each with its shape
   * @returns its name
   */
  add(
    kind: string,
    name: string,
    config: Readonly<Record<string, unknown>>,
    inputs: readonly string[],
    weights: Readonly<Record<string, NamedWeight>> = {},
  ): string {
    const unique = this.#uniqueName(name);
    const calls = inputs.length === 0 ? [] : [inputs.map((input) => [input, 0, 0, {}])];
    this.#layers.set(unique, { class_name: kind, config: { name: unique, ...config }, name: unique, inbound_nodes: calls });
    for (const [key, weight] of Object.entries(weights)) this.#addWeight(`${unique}/${key}`, weight);
    return unique;
  }

  /** Gives a layer that has none a bias. */
  addBias(name: string, values: Float32Array): void {
    (this.#layers.get(name) as GraphLayer).config.use_bias = true;
    this.#addWeight(`${name}/bias`, { shape: [values.length], values });
  }

  /** Scales and shifts the channels that a normalization with `gamma` and `beta` gives. */
  scaleNormalization(name: string, scale: (channel: number) => number, shift: (channel: number) => number): void {
    const [gamma, beta] = ['gamma', 'beta'].map((key) => (this.#weights.get(`${name}/${key}`) as NamedWeight).values);
    for (let channel = 0; channel < gamma.length; channel++) {
      gamma[channel] *= scale(channel);
      beta[channel] = beta[channel] * scale(channel) + shift(channel);
    }
  }

  /** Whether nobody else reads what a layer gives: it may then be changed. */
  isOnlyReader(value: ImportedValue): boolean {
    return this.#countReaders(value) === 1;
  }

  /** A flattened image as Keras flattens it. */
  flattened(value: ImportedValue): string {
    const known = this.#flattened.get(value);
    const name = known ?? value.vectorLayer?.() ?? this.add('Flatten', 'flatten', {}, [value.layer]);
    this.#flattened.set(value, name);
    return name;
  }

  /** A sequence `[length, channels]` as an image of one row. */
  asRow(value: ImportedValue): string {
    return this.add('Reshape', 'reshape', { target_shape: [1, ...value.shape] }, [value.layer]);
  }

  /** An image of one row as a sequence. */
  asSequence(value: ImportedValue): string {
    return this.add('Reshape', 'reshape', { target_shape: value.shape.slice(1) }, [value.layer]);
  }

  /** A signal `[channels, length]` as a sequence whose steps are the channels. */
  channelsAsSteps(value: ImportedValue): ImportedValue {
    const layer = () => this.add('Permute', 'permute', { dims: [2, 1] }, [this.asSequence(value)]);
    return this.value(layer, value.onnxShape, 'keras', { isNonNegative: value.isNonNegative });
  }

  /** The layer that gives a value in the order that ONNX has: a flattened image is brought into it. */
  plain(value: ImportedValue): string {
    if (value.order !== 'flattened') return value.layer;
    const [height, width, channels] = value.shape;
    if (channels === 1 || height * width === 1) return this.flattened(value);
    const known = this.#plain.get(value);
    const name = known ?? this.add('Flatten', 'flatten', {}, [this.add('Permute', 'permute', { dims: [3, 1, 2] }, [value.layer])]);
    this.#plain.set(value, name);
    return name;
  }

  /** The same as a value of its own. */
  asVector(value: ImportedValue): ImportedValue {
    return this.value(this.plain(value), value.onnxShape, 'keras', { isNonNegative: value.isNonNegative });
  }

  /** @throws DlError `file` where so many more numbers would take far more room than the file */
  checkRoom(numbers: number): void {
    if (this.#weightCount + numbers <= this.#largestWeights) return;
    throw new DlError('file', 'Not a sound ONNX file: its weights would take far more room than the file.');
  }

  /** A value that a layer gives; the layer may be a function that adds it as soon as somebody reads it. @throws DlError `file` where one sample would take more numbers than any model */
  value(
    layer: string | (() => string),
    shape: readonly number[],
    order: ImportedValue['order'],
    more: ConstructorParameters<typeof ImportedValue>[3] = {},
  ): ImportedValue {
    const size = shape.reduce((product, length) => product * length, 1);
    if (!(size >= 1 && size <= largestSample && shape.every((length) => Number.isSafeInteger(length) && length >= 1))) {
      throw new DlError('file', `Not a sound ONNX file: one of its nodes gives [${shape}] for one sample.`);
    }
    return new ImportedValue(layer, shape, order, more);
  }

  /** The whole model. */
  finish(input: string, output: string): { topology: Topology; weights: ReadonlyMap<string, NamedWeight> } {
    const config = { name: 'imported', layers: [...this.#layers.values()], input_layers: [[input, 0, 0]], output_layers: [[output, 0, 0]] };
    // tfjs gives its layers their weights in the order of the layers.
    return { topology: { class_name: 'Functional', config }, weights: this.#weights };
  }

  #addWeight(name: string, weight: NamedWeight): void {
    this.checkRoom(weight.values.length);
    this.#weightCount += weight.values.length;
    this.#weights.set(name, weight);
  }

  #uniqueName(wanted: string): string {
    let name = wanted;
    for (let i = 2; this.#names.has(name); i++) name = `${wanted}-${i}`;
    this.#names.add(name);
    return name;
  }
}

/** What a layer can be called after a name of the file: `/layer1/conv1/Conv` gives `layer1-conv1`, `conv1.weight` gives `conv1`. */
export function layerName(fileName: string, fallback: string): string {
  const clean = fileName
    .slice(0, 100)
    .replace(/(\.|_|\/)(weight|kernel|bias|Conv|Gemm|MatMul|(Batch|Layer|Group|Instance)Normalization)(_\d+)?$/, '')
    .replace(/[^A-Za-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return clean === '' || /^(onnx-|val-|\d)/.test(clean) ? fallback : clean;
}
