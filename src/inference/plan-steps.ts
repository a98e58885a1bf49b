import { DlError } from '../core/errors.ts';
import type { ActivationRange, NamedWeight } from '../packed/model-file.ts';
import { type Activation, activationNamed, elu, leakyReLU, rectifier, sign, softmax } from './activation.ts';
import type { LayerConfig } from './layer-config.ts';
import { readAsWholeNumbers } from './read-as-whole-numbers.ts';
import { readGraph } from './read-graph.ts';
import { reshaped } from './reshaped.ts';
import { type Step, type StepInput, sizeOf } from './step.ts';
import { turned, twoDirections } from './steps/bidirectional.ts';
import { conv2d } from './steps/conv2d.ts';
import { conv2dTranspose } from './steps/conv2d-transpose.ts';
import { dense } from './steps/dense.ts';
import { depthwiseConv2d } from './steps/depthwise-conv2d.ts';
import { dot } from './steps/dot.ts';
import { activationStep, scaleAndShift, scaledSigns, softmaxAxis, softmaxOver } from './steps/elementwise.ts';
import { embedding } from './steps/embedding.ts';
import { fakeQuantize } from './steps/fake-quantize.ts';
import { combination, combinationKinds, combinedShape, concatenation, repeated } from './steps/merge.ts';
import { groupNormalization, layerNormalization } from './steps/normalization.ts';
import { parametricRectifier } from './steps/parametric-rectifier.ts';
import { permute } from './steps/permute.ts';
import { globalPooling, pooling } from './steps/pooling.ts';
import { recurrent } from './steps/recurrent.ts';
import { separableConv2d } from './steps/separable-conv2d.ts';
import { everyMoment } from './steps/time-distributed.ts';
import { repeatVector, upSampling } from './steps/up-sampling.ts';
import { cropping, zeroPadding } from './steps/zero-padding.ts';

/** One step, or several that follow each other. */
type MakeStep = (layer: LayerConfig, input: StepInput) => Step | readonly Step[];

/** Layers that compute, by Keras' class. */
const makers: Readonly<Record<string, MakeStep>> = {
  Conv1D: ofSequences(conv2d),
  Conv2D: conv2d,
  Conv2DTranspose: (layer, { shape }) => conv2dTranspose(layer, shape),
  DepthwiseConv2D: (layer, { shape }) => depthwiseConv2d(layer, shape),
  Cropping2D: (layer, { shape }) => cropping(layer, shape),
  Dense: dense,
  Embedding: (layer, { shape }) => embedding(layer, shape),
  FakeQuantize: (layer, { shape }) => fakeQuantize(layer, shape),
  GRU: (layer, { shape }) => recurrent('gru', layer, shape),
  GroupNormalization: (layer, { shape }) => groupNormalization(layer, shape),
  LayerNormalization: (layer, { shape }) => layerNormalization(layer, shape),
  LSTM: (layer, { shape }) => recurrent('lstm', layer, shape),
  Permute: (layer, { shape }) => permute(layer, shape),
  PReLU: (layer, { shape }) => parametricRectifier(layer, shape),
  RepeatVector: (layer, { shape }) => repeatVector(layer, shape),
  Rescaling: rescaling,
  SimpleRNN: (layer, { shape }) => recurrent('simple', layer, shape),
  Softmax: (layer, { shape }) => softmaxOver(layer, shape),
  SeparableConv2D: (layer, { shape }) => separableConv2d(layer, shape),
  UpSampling2D: (layer, { shape }) => upSampling(layer, shape),
  ZeroPadding2D: (layer, { shape }) => zeroPadding(layer, shape),
  MaxPooling1D: ofSequences((layer, { shape }) => pooling('max', layer, shape)),
  MaxPooling2D: (layer, { shape }) => pooling('max', layer, shape),
  AveragePooling1D: ofSequences((layer, { shape }) => pooling('average', layer, shape)),
  AveragePooling2D: (layer, { shape }) => pooling('average', layer, shape),
  GlobalMaxPooling1D: (layer, { shape }) => globalPooling('max', layer, shape),
  GlobalAveragePooling1D: (layer, { shape }) => globalPooling('average', layer, shape),
  GlobalMaxPooling2D: (layer, { shape }) => globalPooling('max', layer, shape),
  GlobalAveragePooling2D: (layer, { shape }) => globalPooling('average', layer, shape),
};

/** Layers that only apply a function to each value, or to the last axis. */
const activationMakers: Readonly<Record<string, (layer: LayerConfig, inputShape: readonly number[]) => Activation | undefined>> = {
  Activation: (layer) => layer.activation(),
  ReLU: reLU,
  LeakyReLU: (layer) => leakyReLU(layer.number('alpha', 0.3)),
  ELU: (layer) => elu(layer.number('alpha', 1)),
  SignActivation: () => sign,
  Softmax: (layer, { length }) => (softmaxAxis(layer, length) === length - 1 ? softmax : undefined),
  ThresholdedReLU: (layer) => rectifier(0, nextFloat(layer.number('theta', 1))),
};

/** Layers that do nothing but in training. */
const passingKinds: ReadonlySet<string> = new Set([
  'InputLayer',
  'Dropout',
  'SpatialDropout1D',
  'SpatialDropout2D',
  'GaussianDropout',
  'GaussianNoise',
  'AlphaDropout',
]);

/** A step and the values that it reads: 0 is the model's input, `i + 1` what step `i` gives. */
export type GraphStep = Step & { readonly reads: readonly number[] };

/** What a layer gives: a value, in its shape. */
interface Value extends StepInput {
  readonly number: number;
  /** Whether several layers read it, here or before layers that hand it on. @default false */
  readonly isShared?: boolean;
}

/** Of a model file. */
interface PlannedModel {
  /** Keras' `{ class_name, config }` */
  readonly topology: unknown;
  readonly weights: ReadonlyMap<string, NamedWeight>;
  /** By layer: the whole numbers that it gives. */
  readonly activations?: ReadonlyMap<string, ActivationRange>;
}

/**
 * The steps of a model. BatchNorm and activations are merged into the layer before where that gives the same; dropout does nothing.
 * @throws DlError `refused` for a layer or a kind of model that the engine does not know, `file` for a damaged description
 */
export function planSteps({ topology, weights, activations }: PlannedModel, inputShape: readonly number[]): GraphStep[] {
  const nodes = readGraph(topology, weights);
  const readers = nodes.map(() => 0);
  for (const { inputs } of nodes) for (const input of inputs) readers[input]++;
  const readWhole = readAsWholeNumbers(nodes);
  const steps: GraphStep[] = [];
  const values: Value[] = [];
  nodes.forEach(({ layer, inputs }, index) => {
    // A sequential model's input is called after its first layer.
    const first: Value = { number: 0, shape: inputShape, range: activations?.get(`${layer.name}_input`) };
    const read = inputs.length === 0 ? [first] : inputs.map((input) => values[input]);
    checkInputShape(layer, read[0].shape);
    const isShared = inputs.some((input) => readers[input] > 1 || values[input].isShared);
    const value: Value = readWhole[index]
      ? { ...read[0], range: 'dynamic' as const }
      : addLayer(steps, layer, read, inputs.length === 1 && !isShared);
    const isSame = value.number === read[0].number;
    const isSigns = value.isSigns || layer.kind === 'SignActivation' || (layer.kind === 'MaxPooling2D' && read[0].isSigns);
    values.push({ ...value, isShared: isShared && isSame, range: activations?.get(layer.name) ?? value.range, isSigns });
  });
  const last = values[values.length - 1];
  if (steps.length === 0 || last.number !== steps.length)
    throw new DlError('refused', 'The engine runs models that compute something last.');
  return steps;
}

/**
 * @param isOnlyReader whether nobody else reads what the layer reads: it may then be merged into the step that gives it
 * @returns the value behind the layer
 */
function addLayer(steps: GraphStep[], layer: LayerConfig, read: readonly Value[], isOnlyReader: boolean): Value {
  const [value] = read;
  const { shape } = value;
  const append = (step: Step, reads = read.map(({ number }) => number)) => addStep(steps, step, reads);
  const shapes = read.map((one) => one.shape);
  if (layer.kind === 'Dot') return append(dot(layer, shapes));
  if (layer.kind === 'Concatenate') return append(concatenation(layer, shapes));
  if (combinationKinds.includes(layer.kind)) {
    const whole = combinedShape(layer, shapes);
    const numbers = read.map(({ number, shape: own }) => {
      const step = repeated(layer, own, whole);
      return step ? append(step, [number]).number : number;
    });
    return append(combination(layer, whole, read.length), numbers);
  }
  if (read.length > 1) throw layer.damaged(`it reads ${read.length} values`);
  if (passingKinds.has(layer.kind)) return value;
  if (layer.kind === 'Flatten') return { ...value, shape: [sizeOf(shape)] };
  if (layer.kind === 'Reshape') return { ...value, shape: reshaped(layer, shape) };
  if (layer.kind === 'Bidirectional') return addDirections(steps, layer, value);
  if (layer.kind === 'TimeDistributed') return addEveryMoment(steps, layer, value);
  const before = isOnlyReader && value.number === steps.length ? steps.at(-1) : undefined;
  if (layer.kind === 'BatchNormalization') {
    const merged = batchNormalization(layer, shape, before);
    return merged ? append(merged) : { number: value.number, shape };
  }
  if (layer.kind === 'SignActivation' && layer.flag('input_scale')) return append(scaledSigns(layer, shape));
  const activation = own(activationMakers, layer.kind)?.(layer, shape);
  if (activation) {
    const mergeable = before?.activation?.name === 'linear' && before.outputShape.join() === shape.join();
    if (!before || !mergeable) return append(activationStep(layer, shape, activation));
    before.activation = activation;
    before.layers.push(layer.name);
    return { number: value.number, shape };
  }
  const make = own(makers, layer.kind);
  if (layer.kind === 'Masking')
    throw layer.unsupported('hides moments from the layers behind it (Masking); the engine computes every moment');
  if (!make) throw layer.unsupported(`is of the class ${layer.kind}; known are ${knownKinds().join(', ')}`);
  const [first, ...others] = [make(layer, value)].flat();
  return others.reduce((last, step) => append(step, [last.number]), append(first));
}

/** `Bidirectional`: a recurrent layer forwards, the same backwards, and what merges them. */
function addDirections(steps: GraphStep[], layer: LayerConfig, value: Value): Value {
  const { layers, merge, turnsSecond } = twoDirections(layer);
  const [first, second] = layers.map((one) => addLayer(steps, one, [value], false));
  const inOrder = turnsSecond ? addStep(steps, turned(layer, second.shape), [second.number]) : second;
  return addLayer(steps, merge, [first, inOrder], false);
}

/** `TimeDistributed`: the layer inside reads the moments of a sequence as if they were samples. */
function addEveryMoment(steps: GraphStep[], layer: LayerConfig, value: Value): Value {
  const [length, ...shape] = value.shape;
  if (shape.length === 0) throw layer.damaged(`it takes sequences, it gets [${value.shape}]`);
  const before = steps.length;
  const result = addLayer(steps, layer.inner(layer.name), [{ ...value, shape }], false);
  for (const step of steps.slice(before)) everyMoment(step, length);
  return { ...result, shape: [length, ...result.shape] };
}

function addStep(steps: GraphStep[], step: Step, reads: readonly number[]): Value {
  steps.push(Object.assign(step, { reads }));
  return { number: steps.length, shape: step.outputShape };
}

function checkInputShape(layer: LayerConfig, shape: readonly number[]): void {
  const claimed = layer.inputShape;
  const fits = !claimed || (claimed.length === shape.length && claimed.every((length, i) => length === null || length === shape[i]));
  if (!fits) throw layer.damaged(`it takes inputs [${claimed}], it gets [${shape}]`);
}

/** Merged into the step before where that is possible; else a step of its own. */
function batchNormalization(layer: LayerConfig, shape: readonly number[], before: Step | undefined): Step | undefined {
  const axis = layer.number('axis', -1);
  if (axis !== -1 && axis !== shape.length) throw layer.unsupported(`normalises axis ${axis}, not the last one`);
  const channels = [shape[shape.length - 1]];
  const [mean, variance] = [layer.weight('moving_mean', channels), layer.weight('moving_variance', channels)];
  const [gamma, beta] = [layer.optionalWeight('gamma', channels, 1), layer.optionalWeight('beta', channels, 0)];
  const epsilon = layer.number('epsilon', 1e-3);
  const scale = gamma.map((factor, i) => factor / Math.sqrt(variance[i] + epsilon));
  const shift = beta.map((term, i) => term - mean[i] * scale[i]);
  if (!before?.fold || before.activation?.name !== 'linear' || before.outputShape.join() !== shape.join()) {
    return scaleAndShift(layer, shape, scale, shift);
  }
  before.fold(scale, shift);
  before.layers.push(layer.name);
  return undefined;
}

function reLU(layer: LayerConfig): Activation {
  const limit = layer.number('max_value', Number.MAX_VALUE);
  const [slope, threshold] = [layer.number('negative_slope', 0), layer.number('threshold', 0)];
  const named = slope === 0 && threshold === 0 ? activationNamed({ [Number.MAX_VALUE]: 'relu', 6: 'relu6' }[limit] ?? '') : undefined;
  return named ?? rectifier(slope, threshold, limit);
}

/** The same of sequences `[length, channels]`, which are images of a single row. */
function ofSequences(make: (layer: LayerConfig, input: StepInput) => Step): MakeStep {
  return (layer, input) => {
    const step = make(layer, input);
    return Object.assign(step, { outputShape: step.outputShape.slice(1) });
  };
}

/** `Rescaling`: one factor and one term for all values. */
function rescaling(layer: LayerConfig, { shape }: StepInput): Step {
  const all = (value: number) => new Float32Array(shape[shape.length - 1]).fill(value);
  return scaleAndShift(layer, shape, all(layer.number('scale', 1)), all(layer.number('offset', 0)));
}

/** The next larger number of float32. */
function nextFloat(value: number): number {
  const float = Float32Array.of(value + 0); // no -0
  new Int32Array(float.buffer)[0] += value < 0 ? -1 : 1;
  return float[0];
}

function knownKinds(): string[] {
  const others = ['Bidirectional', 'TimeDistributed', 'Dot', 'Concatenate', 'BatchNormalization', 'Flatten', 'Reshape'];
  return [...new Set([...Object.keys(makers), ...Object.keys(activationMakers), ...combinationKinds, ...others, ...passingKinds])];
}

function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
