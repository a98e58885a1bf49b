import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { Layer } from '../../layers/layers.ts';
import type { UnitRecord } from './unit-record.ts';
import type { Units } from './unit-ties.ts';

/** One call of a layer. */
interface Call {
  readonly layer: Layer;
  // biome-ignore lint/suspicious/noExplicitAny: every class of layers has settings of its own.
  readonly config: Record<string, any>;
  /** Of the first value it reads, with the batch axis. */
  readonly inputShape: readonly (number | null)[];
  readonly outputShape: readonly (number | null)[];
  readonly read: readonly Units[];
}

/** How units go through the layers of one class: the units of what the layer gives; a text is the reason why they cannot be followed. */
type Rule = (record: UnitRecord, call: Call) => Units | string;

const same: Rule = (_, { read }) => read[0];

const rules: Readonly<Record<string, Rule>> = {
  ...forEach('Conv1D Conv2D Conv3D QuantConv2D WinogradConv2D', (record, call) => kernelLayer(record, call, 'filters', [-2, -1])),
  ...forEach('Conv2DTranspose Conv3DTranspose', (record, call) => kernelLayer(record, call, 'filters', [-1, -2])),
  ...forEach('Dense QuantDense', (record, call) => kernelLayer(record, call, 'units', [-2, -1])),
  SeparableConv2D: separableConvolution,
  DepthwiseConv2D: depthwiseConvolution,
  Embedding(record, { layer, outputShape }) {
    const units = record.make(layer, last(outputShape), 'output_dim');
    record.lie(layer, 'embeddings', 1, 'makes', units);
    return units;
  },
  BatchNormalization: batchNormalization,
  PReLU(record, { layer, inputShape, read: [units] }) {
    record.lie(layer, 'alpha', inputShape.length - 2, 'carries', units);
    return units;
  },
  LayerNormalization: (record, call) => stay(record, call, `${call.layer.name} normalises over all of them`),
  GroupNormalization(record, call) {
    if (call.config.groups !== -1) return stay(record, call, `${call.layer.name} normalises over groups of them`);
    for (const name of ['gamma', 'beta']) record.lie(call.layer, name, 0, 'carries', call.read[0]);
    return call.read[0];
  },
  Softmax: (record, call) => (isLast(call.config.axis, call.inputShape) ? stay(record, call, mixedBy(call.layer)) : call.read[0]),
  Activation: same,
  SignActivation: (record, call) => (call.config.inputScale ? stay(record, call, mixedBy(call.layer)) : call.read[0]),
  Flatten: regroup,
  Reshape(record, call) {
    const units = regroup(record, call);
    const isGiven = call.config.targetShape[call.config.targetShape.length - 1] !== -1;
    if (isGiven && typeof units !== 'string') record.set(call.layer, 'target_shape', units);
    return units;
  },
  Permute: (_, { layer, config, read }) =>
    config.dims[config.dims.length - 1] === config.dims.length ? read[0] : `${layer.name} (Permute) moves them to another axis`,
  Concatenate(record, { config, inputShape, read }) {
    if (isLast(config.axis, inputShape)) return read.flat();
    for (const units of read.slice(1)) record.ties.tie(units, read[0]);
    return read[0];
  },
  ...forEach('Add Average Multiply Maximum Minimum', combination),
  ...forEach(
    'Dropout SpatialDropout1D GaussianNoise GaussianDropout AlphaDropout Masking RepeatVector Rescaling ReLU LeakyReLU ELU ThresholdedReLU',
    same,
  ),
  ...forEach('MaxPooling1D AveragePooling1D GlobalAveragePooling1D GlobalMaxPooling1D', same),
  ...forEach(
    'MaxPooling2D AveragePooling2D GlobalAveragePooling2D GlobalMaxPooling2D MaxPooling3D AveragePooling3D ZeroPadding2D Cropping2D UpSampling2D',
    same,
  ),
};

/**
 * The units of what a layer gives, and in `record` where they lie in its weights. Where they cannot be followed, those that go in stay, and so do those
 * that come out.
 *
 * @param value one output of the layer
 * @param read the units of what the layer reads there
 */
export function passLayer(record: UnitRecord, value: SymbolicTensor, read: readonly Units[]): Units {
  const { sourceLayer: layer, shape: outputShape } = value;
  const kind = layer.getClassName();
  const rule = Object.hasOwn(rules, kind) ? rules[kind] : undefined;
  const config = rule ? (layer.getConfig() as Call['config']) : {};
  const call = { layer, config, inputShape: value.inputs[0]?.shape ?? outputShape, outputShape, read };
  const lost = `it cannot follow them through ${layer.name} (${kind})`;
  const units = config.dataFormat === 'channelsFirst' ? `${layer.name} has its channels first` : (rule?.(record, call) ?? lost);
  if (typeof units !== 'string') {
    if (config.activation === 'softmax') record.ties.keep(units, mixedBy(layer));
    return units;
  }
  for (const one of read) record.ties.keep(one, units);
  const unknown = layer.weights.length > 0 ? record.make(layer, last(outputShape)) : record.ties.make(last(outputShape));
  record.ties.keep(unknown, units);
  return unknown;
}

/** @param axes of the kernel, from its end: inputs, outputs */
function kernelLayer(
  record: UnitRecord,
  { layer, outputShape, read }: Call,
  key: 'filters' | 'units',
  [inputs, outputs]: [number, number],
): Units {
  const units = record.make(layer, last(outputShape), key);
  const rank = layer.weights[0].shape.length;
  record.lie(layer, 'kernel', rank + inputs, 'reads', read[0]);
  record.lie(layer, 'kernel', rank + outputs, 'makes', units);
  record.lie(layer, 'bias', 0, 'carries', units);
  return units;
}

function separableConvolution(record: UnitRecord, { layer, outputShape, read }: Call): Units {
  const units = record.make(layer, last(outputShape), 'filters');
  record.lie(layer, 'depthwise_kernel', 2, 'carries', read[0]);
  record.lie(layer, 'pointwise_kernel', 2, 'reads', repeatEach(read[0], outputsPerInput(layer)));
  record.lie(layer, 'pointwise_kernel', 3, 'makes', units);
  record.lie(layer, 'bias', 0, 'carries', units);
  return units;
}

function depthwiseConvolution(record: UnitRecord, { layer, read }: Call): Units {
  const units = repeatEach(read[0], outputsPerInput(layer));
  record.lie(layer, 'depthwise_kernel', 2, 'carries', read[0]);
  record.lie(layer, 'bias', 0, 'carries', units);
  return units;
}

function batchNormalization(record: UnitRecord, call: Call): Units {
  const { layer, config, inputShape, read } = call;
  if (!isLast(config.axis, inputShape)) return stay(record, call, `${layer.name} normalises axis ${config.axis}, not the last one`);
  for (const name of ['gamma', 'beta', 'moving_mean', 'moving_variance']) record.lie(layer, name, 0, 'carries', read[0]);
  return read[0];
}

/** For layers that leave the units in their places, but need them all. */
function stay(record: UnitRecord, { read: [units] }: Call, why: string): Units {
  record.ties.keep(units, why);
  return units;
}

/** Value by value; a value of length 1 is spread over the others and stays. */
function combination(record: UnitRecord, { layer, outputShape, read }: Call): Units | string {
  const width = last(outputShape);
  const [first, ...others] = read.filter((units) => units.length === width);
  for (const units of others) record.ties.tie(units, first);
  for (const units of read) if (units.length !== width) record.ties.keep(units, `${layer.name} spreads them over all`);
  return first;
}

/**
 * The same numbers in another shape. Number i of a value belongs to unit i modulo the length of the last axis: where that gets longer, units repeat
 * (flatten); where it gets shorter, those that meet in one are tied.
 */
function regroup(record: UnitRecord, { layer, inputShape, outputShape, read: [units] }: Call): Units | string {
  const width = last(outputShape);
  if (width === units.length) return units;
  const length = inputShape.slice(1).reduce<number>((product, size) => product * (size ?? Number.NaN), 1);
  if (Number.isNaN(length)) return `${layer.name} gives a shape that is not known before there are data`;
  if (width > units.length && width % units.length === 0) return Array.from({ length: width }, (_, i) => units[i % units.length]);
  const result: number[] = Array.from({ length: width }, (_, i) => units[i % units.length]);
  for (let i = width; i < length; i++) record.ties.tie([units[i % units.length]], [result[i % width]]);
  return result;
}

function mixedBy(layer: Layer): string {
  return `the softmax of ${layer.name} mixes them`;
}

/** depthMultiplier. */
function outputsPerInput({ weights: [kernel] }: Layer): number {
  return kernel.shape[3] as number;
}

function repeatEach(units: Units, times: number): Units {
  return units.flatMap((unit) => Array<number>(times).fill(unit));
}

function isLast(axis: number, shape: readonly unknown[]): boolean {
  return axis === -1 || axis === shape.length - 1;
}

function last(shape: readonly (number | null)[]): number {
  return shape[shape.length - 1] ?? 0;
}

function forEach(kinds: string, rule: Rule): Record<string, Rule> {
  return Object.fromEntries(kinds.split(' ').map((kind) => [kind, rule]));
}
