import type { Topology } from '../../../compression/surgery/topology.ts';
import { withoutBatchNorm } from '../../../compression/surgery/without-batch-norm.ts';
import { DlError } from '../../../core/errors.ts';
import type { Runner } from '../../../inference/layer-config.ts';
import { checkFeatures, type ModelFeatures } from '../../../inference/model-features.ts';
import { type GraphNode, readGraph } from '../../../inference/read-graph.ts';
import { sizeOf } from '../../../inference/step.ts';
import type { ActivationRange, ModelFile, NamedWeight } from '../../../packed/model-file.ts';
import { elementTypes } from '../format/element-types.ts';
import { encodeOnnx } from '../format/onnx-format.ts';
import { GraphWriter } from './graph-writer.ts';
import { keepingKinds, layerWriters, mergingKinds } from './layer-writers.ts';
import { rounded } from './rounding.ts';
import { nodeValue, type Value } from './value.ts';

export interface OnnxOptions {
  /**
   * `int8`: whole numbers, as QuantizeLinear and DequantizeLinear (QDQ). `auto` writes them where the model was quantized, else float32.
   * @default 'auto'
   */
  readonly precision?: 'auto' | 'float32' | 'int8';
  /**
   * `channelsLast`: the input is `[batch, height, width, channels]`, as in training; `channelsFirst`: `[batch, channels, height, width]`, as
   * PyTorch has it. @default 'channelsLast'
   */
  readonly inputOrder?: 'channelsLast' | 'channelsFirst';
  /** Puts the preprocessing before the first layer: the input then is raw pixel values, 0 to 255. Not for tables. @default false */
  readonly includePreprocessing?: boolean;
}

/** An .onnx file. */
export interface OnnxFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** `int8`: weights and activations; `int8 weights`: the activations are float. */
  readonly precision: 'float32' | 'int8' | 'int8 weights';
}

/** Known to every onnxruntime since 1.7 (2021). */
const opset = 13;
const irVersion = 7;
/** Numbers between two layers for one sample: what the engine holds. */
const largestSample = 2 ** 27;

const runner: Runner = {
  cannotRun: 'ONNX export cannot write',
  instead: 'exportTfjs writes any model; docs/export.md lists the layers that ONNX export knows.',
};

/**
 * The model as ONNX: one input `input`, one output `output`, the batch axis free. BatchNorm is merged into the layer before.
 *
 * @param file the features and activations may be missing
 * @throws DlError `refused` for layers that have no writer, and for `int8` where the model is not quantized; `file` for a damaged description
 */
export function writeOnnx(file: ModelFile, options: OnnxOptions = {}): OnnxFile {
  const features = file.features === undefined ? undefined : checkFeatures(file.features);
  readGraph(file.topology, file.weights, runner); // refuses what is damaged
  const { topology, weights } = folded(file);
  const nodes = readGraph(topology, weights, runner);
  const isQuantized = [...weights.values()].some(({ quantization }) => quantization);
  if (options.precision === 'int8' && !isQuantized) {
    throw new DlError(
      'refused',
      'The model has no quantized weights to write as int8. Compress it with quantize(), or leave the precision away.',
    );
  }
  const int8 = isQuantized && options.precision !== 'float32';
  const ranges = (int8 && file.activations) || new Map<string, ActivationRange>();
  const writer = new GraphWriter();
  const { value: input, shape } = inputValue(writer, features?.inputShape ?? nodes[0].layer.inputShape, features, options);
  const values = writeLayers(writer, { nodes, input, weights, ranges, int8 });
  const result = values[values.length - 1];
  const outputName = writer.add('Identity', [result.in('keras')], 'output');
  const bytes = encodeOnnx({
    irVersion: BigInt(irVersion),
    producerName: 'dl-project',
    opsetImport: [{ domain: '', version: BigInt(opset) }],
    graph: {
      name: 'model',
      node: writer.nodes,
      initializer: writer.initializers,
      input: [tensorInfo('input', shape)],
      output: [tensorInfo(outputName, result.shape)],
    },
    metadataProps: metadata(file, features),
  });
  return { bytes, precision: int8 ? (ranges.size > 0 ? 'int8' : 'int8 weights') : 'float32' };
}

function folded({ topology, weights }: ModelFile) {
  try {
    return withoutBatchNorm(topology as Topology, weights);
  } catch (cause) {
    if (cause instanceof DlError) throw cause;
    throw new DlError('file', `Not a sound model file: its layers do not fit together (${(cause as Error).message}).`, { cause });
  }
}

interface LayersToWrite {
  readonly nodes: readonly GraphNode[];
  readonly input: Value;
  readonly weights: ReadonlyMap<string, NamedWeight>;
  readonly ranges: ReadonlyMap<string, ActivationRange>;
  readonly int8: boolean;
}

/** What each layer gives. */
function writeLayers(writer: GraphWriter, { nodes, input, weights, ranges, int8 }: LayersToWrite): Value[] {
  const values: Value[] = [];
  const given: (ActivationRange | undefined)[] = [];
  const inputRange = ranges.get(`${nodes[0].layer.name}_input`); // of a sequential model that begins without an input layer
  const first = inputRange ? rounded(writer, input, 'input', inputRange, false) : input;
  for (const { layer, inputs } of nodes) {
    const write = Object.hasOwn(layerWriters, layer.kind) ? layerWriters[layer.kind] : undefined;
    if (!write) throw layer.unsupported(`is of the class ${layer.kind}; known are ${Object.keys(layerWriters).join(', ')}`);
    if (inputs.length > 1 && !mergingKinds.has(layer.kind)) throw layer.damaged(`it reads ${inputs.length} values`);
    const read = inputs.length === 0 ? [first] : inputs.map((at) => values[at]);
    const readRanges = inputs.length === 0 ? [inputRange] : inputs.map((at) => given[at]);
    const quantized = (key: string) => (int8 ? weights.get(`${layer.name}/${key}`) : undefined);
    const value = write({ writer, layer, inputs: read, inputRange: readRanges[0], quantized });
    if (!(sizeOf(value.shape) <= largestSample)) throw layer.damaged(`it gives [${value.shape}] for one sample`);
    const range = ranges.get(layer.name);
    const isRounded = keepingKinds.has(layer.kind) && readRanges.every((one) => one && range && isSame(one, range));
    const isRead = value === read[0];
    values.push(!range || (isRead && isRounded) ? value : rounded(writer, value, layer.name, range, isRounded));
    given.push(range ?? (isRead ? readRanges[0] : undefined));
  }
  return values;
}

function isSame(a: ActivationRange, b: ActivationRange): boolean {
  return a.scale === b.scale && a.zeroPoint === b.zeroPoint;
}

/** The model's input, with its preprocessing where the options ask for it, and the shape that the file says. */
function inputValue(
  writer: GraphWriter,
  claimed: readonly unknown[] | undefined,
  features: ModelFeatures | undefined,
  { inputOrder = 'channelsLast', includePreprocessing = false }: OnnxOptions,
): { value: Value; shape: readonly number[] } {
  if (!claimed?.every((length) => Number.isSafeInteger(length) && (length as number) > 0)) {
    throw new DlError(
      'refused',
      `ONNX export needs the length of every axis of the input; this model says [${claimed}]. Give the features of its data.`,
    );
  }
  const shape = claimed as readonly number[];
  const isFirst = inputOrder === 'channelsFirst' && shape.length === 3;
  const name = includePreprocessing ? preprocessed(writer, writer.uniqueName('input'), features) : writer.uniqueName('input');
  return {
    value: nodeValue(writer, name, shape, isFirst ? 'channelsFirst' : 'keras'),
    shape: isFirst ? [shape[2], shape[0], shape[1]] : shape,
  };
}

function preprocessed(writer: GraphWriter, input: string, features: ModelFeatures | undefined): string {
  if (features?.preprocessing.kind !== 'scale') {
    throw new DlError(
      'refused',
      'ONNX export can put only the preprocessing of images into the model; that of tables is in its metadata. Leave includePreprocessing away.',
    );
  }
  const { scale, offset } = features.preprocessing;
  const scaled = writer.add('Mul', [input, writer.scalar('preprocessing/scale', scale)], 'preprocessing/scaled');
  return offset === 0 ? scaled : writer.add('Add', [scaled, writer.scalar('preprocessing/offset', offset)], 'preprocessing/shifted');
}

/** float32, the first axis free. */
function tensorInfo(name: string, shape: readonly number[]) {
  const batch = { value: { case: 'dimParam' as const, value: 'batch' } };
  const dim = [batch, ...shape.map((length) => ({ value: { case: 'dimValue' as const, value: BigInt(length) } }))];
  return { name, type: { tensorType: { elemType: elementTypes.float, shape: { dim } } } };
}

/** What the model knows of its data, as texts; the classes also by themselves, for those who know nothing of us. */
function metadata({ metrics, recipe = [] }: ModelFile, features: ModelFeatures | undefined) {
  const texts = {
    ...(features && {
      features: JSON.stringify(features),
      [features.task === 'classification' ? 'classes' : 'outputs']: JSON.stringify(features.outputNames),
    }),
    ...(Object.keys(metrics).length > 0 && { metrics: JSON.stringify(metrics) }),
    ...(recipe.length > 0 && { recipe: JSON.stringify(recipe) }),
  };
  return Object.entries(texts).map(([key, value]) => ({ key, value }));
}
