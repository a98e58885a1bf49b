import { DlError } from '../../../core/errors.ts';
import type { NamedWeight } from '../../../packed/model-file.ts';
import type { GraphProto, ModelProto, ValueInfoProto } from '../format/onnx_pb.ts';
import { decodeOnnx } from '../format/onnx-format.ts';
import { type Constant, constantOf } from './constant.ts';
import { ImportedValue } from './imported-value.ts';
import { KerasGraph } from './keras-graph.ts';
import { nodesWithGelu } from './nodes-with-gelu.ts';
import { leaveOut, OnnxNode, type Result } from './onnx-node.ts';
import { operators } from './operators.ts';

/** Older operators mean other things; newer ones are not known yet. */
const opsets = { oldest: 7, newest: 26 };
/** More than any network; deep chains of layers also cost tfjs more than their length. */
const mostNodes = 10_000;
/** Of a refusal: more operators would not be read. */
const mostNamed = 20;

export interface ReadOnnxOptions {
  /** Lengths of the input without the batch axis, as ONNX has them: for files that leave them free. */
  readonly inputShape?: readonly number[];
  /** How an image comes in. @default what the file does with it first; `channelsFirst` where that says nothing */
  readonly inputOrder?: 'channelsFirst' | 'channelsLast';
  /** Adds a softmax (a sigmoid for one output) behind a model that ends with logits or their logarithm. @default false */
  readonly addSoftmax?: boolean;
}

/** What a file holds, as Keras has it. */
export interface ReadOnnx {
  readonly topology: unknown;
  readonly weights: ReadonlyMap<string, NamedWeight>;
  /** Without the batch axis, images `[height, width, channels]`. */
  readonly inputShape: readonly number[];
  readonly outputs: number;
  /** Whether it ends with probabilities. */
  readonly endsWith: 'softmax' | 'sigmoid' | 'other';
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads an ONNX file that may be damaged or hostile as a functional Keras model.
 * @throws DlError `file` for what is no sound file, `refused` for operators that no layer stands for
 */
export function readOnnx(bytes: Uint8Array, options: ReadOnnxOptions = {}): ReadOnnx {
  const model = decoded(bytes);
  const graph = model.graph as GraphProto;
  graph.node = nodesWithGelu(graph);
  const metadata = Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]));
  const results = new Results(graph);
  const input = inputOf(graph, results, options.inputShape);
  const nodes = neededNodes(graph, opsetOf(model));
  const last = nodes[nodes.length - 1];
  const logSoftmax = options.addSoftmax && last?.operator === 'LogSoftmax' ? last : undefined;
  requireKnown(nodes.filter((node) => node !== logSoftmax));
  const keras = new KerasGraph(Math.max(2 ** 24, 16 * bytes.length), input.batch, (value) => results.countReaders(value));
  const isFirst = input.shape.length > 1 && !isChannelsLast(options, metadata, input.shape, nodes, input.name);
  const shape = isFirst ? [...input.shape.slice(1), input.shape[0]] : input.shape;
  const inputLayer = keras.add('InputLayer', 'input', { batch_input_shape: [null, ...shape], dtype: 'float32', sparse: false }, []);
  const whole = keras.value(inputLayer, shape, isFirst && shape.length === 3 ? 'channelsFirst' : 'keras');
  const isSignal = isFirst && shape.length === 2;
  results.set(input.name, isSignal ? keras.value(() => keras.asRow(whole), [1, ...shape], 'signal') : whole);
  for (const node of nodes) if (node !== logSoftmax) readNode(node, keras, results);
  const end = results.get((logSoftmax?.inputs ?? graph.output.map(({ name }) => name))[0] ?? '');
  if (!(end instanceof ImportedValue)) throw new DlError('file', 'Not a sound ONNX file: its output is computed by none of its nodes.');
  if (end.onnxShape.length !== 1) {
    throw new DlError('refused', `The model gives [${end.onnxShape}] for one sample; importOnnx takes models that give a list of numbers.`);
  }
  const [outputs] = end.onnxShape;
  const before = logSoftmax ? 'other' : ending(last);
  const isSoftened = options.addSoftmax && before === 'other';
  const output = keras.plain(end);
  const added = outputs === 1 ? 'sigmoid' : 'softmax';
  const result = isSoftened ? keras.add('Activation', added, { activation: added }, [output]) : output;
  return { ...keras.finish(inputLayer, result), inputShape: shape, outputs, endsWith: isSoftened ? added : before, metadata };
}

function decoded(bytes: Uint8Array): ModelProto {
  let model: ModelProto;
  try {
    model = decodeOnnx(bytes);
  } catch (cause) {
    throw new DlError('file', `Not a sound ONNX file: ${(cause as Error).message.split('\n')[0]}.`, { cause });
  }
  if (!model.graph) throw new DlError('file', 'Not an ONNX file: it holds no graph.');
  const { node, output } = model.graph;
  if (node.length > mostNodes) throw new DlError('refused', `The graph has ${node.length} nodes; importOnnx reads up to ${mostNodes}.`);
  if (output.length !== 1) throw new DlError('refused', `The model has ${output.length} outputs; importOnnx reads models with one.`);
  return model;
}

function opsetOf({ opsetImport }: ModelProto): number {
  const version = Number(opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 1);
  if (version >= opsets.oldest && version <= opsets.newest) return version;
  throw new DlError(
    'refused',
    `The file uses version ${version} of ONNX's operators; importOnnx knows ${opsets.oldest} to ${opsets.newest}. Export it with opset_version=17.`,
  );
}

/** What is known of each name: constants of the file, then what nodes give. */
class Results {
  readonly #results = new Map<string, Result>();
  readonly #initializers: ReadonlyMap<string, GraphProto['initializer'][number]>;
  readonly #readers = new Map<string, number>();
  readonly #namesOf = new Map<Result, string[]>();

  constructor({ initializer, node, output }: GraphProto) {
    this.#initializers = new Map(initializer.map((tensor) => [tensor.name, tensor]));
    for (const name of [...node.flatMap(({ input }) => input), ...output.map(({ name }) => name)]) {
      this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1);
    }
  }

  isInitializer(name: string): boolean {
    return this.#initializers.has(name);
  }

  get(name: string): Result | undefined {
    const known = this.#results.get(name);
    const tensor = this.#initializers.get(name);
    if (known || !tensor) return known;
    const constant: Constant = constantOf(tensor);
    this.#results.set(name, constant);
    return constant;
  }

  set(name: string, result: Result): void {
    if (this.#results.has(name) || this.isInitializer(name)) {
      throw new DlError('file', `Not a sound ONNX file: ${JSON.stringify(name.slice(0, 80))} is given twice.`);
    }
    this.#results.set(name, result);
    this.#namesOf.set(result, [...(this.#namesOf.get(result) ?? []), name]);
  }

  /** A value that has several names counts as read by many. */
  countReaders(value: ImportedValue): number {
    const [name, ...others] = this.#namesOf.get(value) ?? [];
    return others.length > 0 || name === undefined ? Number.POSITIVE_INFINITY : (this.#readers.get(name) ?? 0);
  }
}

/** The nodes that the output depends on; each behind those that it reads, as ONNX demands. */
function neededNodes(graph: GraphProto, opset: number): OnnxNode[] {
  const needed = new Set(graph.output.map(({ name }) => name));
  const nodes: OnnxNode[] = [];
  for (const proto of graph.node.toReversed()) {
    if (!proto.output.some((name) => name !== '' && needed.has(name))) continue;
    nodes.push(new OnnxNode(proto, opset));
    for (const name of proto.input) needed.add(name);
  }
  return nodes.reverse();
}

/** @throws DlError `refused` that names every operator which is not known, each with the first node of it */
function requireKnown(nodes: readonly OnnxNode[]): void {
  const unknown = new Map<string, OnnxNode>();
  for (const node of nodes) {
    if (!Object.hasOwn(operators, node.operator) && !unknown.has(node.operator)) unknown.set(node.operator, node);
  }
  const [first, ...others] = unknown.values();
  if (!first) return;
  if (others.length === 0) throw refusalOf(first);
  const named = [first, ...others].slice(0, mostNamed).map(({ shown }) => shown);
  const more = unknown.size > mostNamed ? ` and ${unknown.size - mostNamed} more` : '';
  throw new DlError('refused', `The ONNX operators ${named.join(', ')}${more} are not known. ${leaveOut}`);
}

function readNode(node: OnnxNode, keras: KerasGraph, results: Results): void {
  node.connect(
    node.inputs.map((name) => {
      const result = name === '' ? undefined : results.get(name);
      if (name !== '' && !result) throw node.damaged(`reads ${JSON.stringify(name.slice(0, 80))}, which nothing before it gives`);
      return result;
    }),
  );
  const given = operators[node.operator](node, keras);
  const all: readonly Result[] = Array.isArray(given) ? given : [given];
  for (const [i, result] of all.entries()) if (node.outputs[i]) results.set(node.outputs[i], result);
}

function refusalOf(node: OnnxNode): DlError {
  if (node.operator === 'LogSoftmax') {
    return node.refused(
      'gives logarithms of probabilities',
      'With addSoftmax (import --softmax) the model ends with the probabilities instead.',
    );
  }
  if (node.operator === 'QuantizeLinear')
    return node.refused('rounds to whole numbers', 'Export the model as float32 and quantize it here.');
  return node.refused('is not known');
}

interface GraphInput {
  readonly name: string;
  readonly batch: number | undefined;
  readonly shape: readonly number[];
}

function inputOf(graph: GraphProto, results: Results, given: readonly number[] | undefined): GraphInput {
  const inputs = graph.input.filter(({ name }) => !results.isInitializer(name)); // old files list the weights as inputs too
  if (inputs.length !== 1) throw new DlError('refused', `The model has ${inputs.length} inputs; importOnnx reads models with one.`);
  const [{ name }] = inputs;
  const [batch, ...lengths] = lengthsOf(inputs[0]);
  const shape = given ?? lengths;
  if (
    given &&
    lengths.length > 0 &&
    (given.length !== lengths.length || given.some((one, i) => lengths[i] !== undefined && lengths[i] !== one))
  ) {
    throw new DlError('shape', `The input of the model is [${lengths.map((one) => one ?? '?')}], which [${given}] does not fit.`);
  }
  const came = `The input ${JSON.stringify(name.slice(0, 60))} has the lengths [${shape.map((one) => one ?? '?')}] for one sample`;
  if (shape.length > 3) throw new DlError('refused', `${came}; importOnnx takes images of three axes, sequences of two and rows of one.`);
  if (shape.length === 0 || !shape.every((length) => length !== undefined && Number.isSafeInteger(length) && length > 0)) {
    throw new DlError(
      'refused',
      `${came}; importOnnx takes images, sequences and rows of known lengths. Give them: importOnnx(file, { inputShape: [3, 224, 224] }), or --input 3,224,224.`,
    );
  }
  return { name, batch, shape: shape as readonly number[] };
}

/** Undefined for lengths that are free. */
function lengthsOf({ type }: ValueInfoProto): (number | undefined)[] {
  return (type?.tensorType?.shape?.dim ?? []).map(({ value }) =>
    value.case === 'dimValue' && value.value > 0n ? Number(value.value) : undefined,
  );
}

/** Operators behind which an image or a sequence is still the input. */
const passing = new Set(['Add', 'Sub', 'Mul', 'Div', 'Cast', 'Identity', 'Pad']);

/** Operators that read a signal `[channels, length]`; others read a sequence `[steps, features]`. */
const ofSignals = new Set(['Conv', 'ConvTranspose', 'BatchNormalization', 'MaxPool', 'AveragePool', 'GlobalMaxPool', 'GlobalAveragePool']);

/** Whether an image or a sequence comes with its channels last: the options, our own metadata, or what the file does with it first say so. */
function isChannelsLast(
  { inputOrder }: ReadOnnxOptions,
  metadata: Readonly<Record<string, string>>,
  shape: readonly number[],
  nodes: readonly OnnxNode[],
  input: string,
): boolean {
  if (inputOrder) return inputOrder === 'channelsLast';
  if (metadata.features?.includes(`"inputShape":[${shape}]`)) return true;
  const names = new Set([input]);
  for (const node of nodes) {
    if (!node.inputs.some((name) => names.has(name))) continue;
    if (shape.length === 2 && !passing.has(node.operator)) return !ofSignals.has(node.operator);
    if (node.operator === 'Transpose') return node.ints('perm')?.join() === '0,3,1,2';
    if (passing.has(node.operator) && node.outputs[0]) names.add(node.outputs[0]);
  }
  return shape.length === 2;
}

function ending(last: OnnxNode | undefined): ReadOnnx['endsWith'] {
  return last?.operator === 'Softmax' ? 'softmax' : last?.operator === 'Sigmoid' ? 'sigmoid' : 'other';
}
