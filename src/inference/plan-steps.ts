import { DlError } from '../core/errors.ts';
import type { NamedWeight } from '../packed/model-file.ts';
import { type Activation, activationNamed, softmax } from './activation.ts';
import { LayerConfig } from './layer-config.ts';
import { type Step, sizeOf } from './step.ts';
import { conv2d } from './steps/conv2d.ts';
import { dense } from './steps/dense.ts';
import { depthwiseConv2d } from './steps/depthwise-conv2d.ts';
import { activationStep, scaleAndShift } from './steps/elementwise.ts';
import { globalPooling, pooling } from './steps/pooling.ts';

type MakeStep = (layer: LayerConfig, inputShape: readonly number[]) => Step;

/** Layers that compute, by Keras' class. */
const makers: Readonly<Record<string, MakeStep>> = {
  Conv2D: conv2d,
  DepthwiseConv2D: depthwiseConv2d,
  Dense: dense,
  MaxPooling2D: (layer, shape) => pooling('max', layer, shape),
  AveragePooling2D: (layer, shape) => pooling('average', layer, shape),
  GlobalMaxPooling2D: (layer, shape) => globalPooling('max', layer, shape),
  GlobalAveragePooling2D: (layer, shape) => globalPooling('average', layer, shape),
};

/** Layers that only apply a function. */
const activationMakers: Readonly<Record<string, (layer: LayerConfig, inputShape: readonly number[]) => Activation>> = {
  Activation: (layer) => layer.activation(),
  ReLU: rectifier,
  LeakyReLU: (layer) => {
    const alpha = layer.number('alpha', 0.3);
    return { name: 'leakyReLU', compute: (x) => (x > 0 ? x : alpha * x) };
  },
  ELU: (layer) => {
    const alpha = layer.number('alpha', 1);
    return { name: 'elu', compute: (x) => (x > 0 ? x : alpha * Math.expm1(x)) };
  },
  Softmax: (layer, shape) => {
    const axis = layer.number('axis', -1);
    if (axis !== -1 && axis !== shape.length) throw layer.unsupported(`takes the softmax over axis ${axis}, not the last one`);
    return softmax;
  },
};

/**
 * The steps of a sequential model. BatchNorm and activations are merged into the layer before where that gives the same;
 * dropout does nothing.
 *
 * @param topology Keras' `{ class_name, config }`
 * @throws DlError `refused` for a layer or a kind of model that the engine does not know, `file` for a damaged description
 */
export function planSteps(topology: unknown, weights: ReadonlyMap<string, NamedWeight>, inputShape: readonly number[]): Step[] {
  const steps: Step[] = [];
  let shape = inputShape;
  for (const layer of layersOf(topology, weights)) {
    checkInputShape(layer, shape);
    shape = addLayer(steps, layer, shape);
  }
  return steps;
}

/** @returns the shape behind the layer */
function addLayer(steps: Step[], layer: LayerConfig, shape: readonly number[]): readonly number[] {
  if (layer.kind === 'InputLayer' || layer.kind === 'Dropout') return shape;
  if (layer.kind === 'Flatten') return [sizeOf(shape)];
  if (layer.kind === 'BatchNormalization') {
    addBatchNormalization(steps, layer, shape);
    return shape;
  }
  const makeActivation = own(activationMakers, layer.kind);
  if (makeActivation) {
    addActivation(steps, layer, shape, makeActivation(layer, shape));
    return shape;
  }
  const make = own(makers, layer.kind);
  if (!make) throw layer.unsupported(`is of the class ${layer.kind}; known are ${knownKinds().join(', ')}`);
  const step = make(layer, shape);
  steps.push(step);
  return step.outputShape;
}

function layersOf(topology: unknown, weights: ReadonlyMap<string, NamedWeight>): LayerConfig[] {
  const { class_name: kind, config } = (topology ?? {}) as { class_name?: unknown; config?: unknown };
  if (kind !== 'Sequential') {
    throw new DlError(
      'refused',
      `The engine runs sequential models, and this one is of the class ${JSON.stringify(kind)}. With tfjs it runs: loadLayersModel of dl-project/compression.`,
    );
  }
  const layers = Array.isArray(config) ? config : (config as { layers?: unknown } | undefined)?.layers;
  if (!Array.isArray(layers) || layers.length === 0) throw new DlError('file', 'Not a sound model file: its topology has no layers.');
  return layers.map((layer) => new LayerConfig(layer, weights));
}

function checkInputShape(layer: LayerConfig, shape: readonly number[]): void {
  const claimed = layer.inputShape;
  const fits = !claimed || (claimed.length === shape.length && claimed.every((length, i) => length === null || length === shape[i]));
  if (!fits) throw layer.damaged(`it takes inputs [${claimed}], it gets [${shape}]`);
}

function addActivation(steps: Step[], layer: LayerConfig, shape: readonly number[], activation: Activation): void {
  const last = steps.at(-1);
  const mergeable = last?.activation?.name === 'linear' && last.outputShape.join() === shape.join();
  if (last && mergeable) {
    last.activation = activation;
    last.layers.push(layer.name);
  } else steps.push(activationStep(layer, shape, activation));
}

function addBatchNormalization(steps: Step[], layer: LayerConfig, shape: readonly number[]): void {
  const axis = layer.number('axis', -1);
  if (axis !== -1 && axis !== shape.length) throw layer.unsupported(`normalises axis ${axis}, not the last one`);
  const channels = [shape[shape.length - 1]];
  const [mean, variance] = [layer.weight('moving_mean', channels), layer.weight('moving_variance', channels)];
  const [gamma, beta] = [layer.optionalWeight('gamma', channels, 1), layer.optionalWeight('beta', channels, 0)];
  const epsilon = layer.number('epsilon', 1e-3);
  const scale = gamma.map((factor, i) => factor / Math.sqrt(variance[i] + epsilon));
  const shift = beta.map((term, i) => term - mean[i] * scale[i]);
  const last = steps.at(-1);
  if (last?.fold && last.activation?.name === 'linear' && last.outputShape.join() === shape.join()) {
    last.fold(scale, shift);
    last.layers.push(layer.name);
  } else steps.push(scaleAndShift(layer, shape, scale, shift));
}

function rectifier(layer: LayerConfig): Activation {
  const [limit, slope, threshold] = [
    layer.number('max_value', Number.MAX_VALUE),
    layer.number('negative_slope', 0),
    layer.number('threshold', 0),
  ];
  const named = slope === 0 && threshold === 0 ? activationNamed({ [Number.MAX_VALUE]: 'relu', 6: 'relu6' }[limit] ?? '') : undefined;
  return named ?? { name: 'relu', compute: (x) => (x >= threshold ? Math.min(x, limit) : slope * (x - threshold)) };
}

function knownKinds(): string[] {
  return [...Object.keys(makers), ...Object.keys(activationMakers), 'BatchNormalization', 'Flatten', 'Dropout'];
}

function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
