import type { NamedWeight } from '../../packed/model-file.ts';
import { asObject, callOf, damaged, deepest, isModel, type Json, refused } from './keras-json.ts';

/** Layers of tfjs that compute what a layer of Keras does. */
interface ReplacedLayer {
  readonly layers: readonly Json[];
  /** Weights that the layer of Keras has as settings, by their names in the layer of tfjs. */
  readonly weights?: Readonly<Record<string, NamedWeight>>;
}

/** A model and weights that were settings, by their paths as Keras writes them: `base/norm/moving_mean`. */
export interface ReplacedModel {
  readonly model: Json;
  readonly weights: readonly (readonly [path: string, NamedWeight])[];
}

/** A model with others in place of layers that tfjs does not have; also in the models inside of it. @param models that it is in */
export function withReplacedLayers(model: Json, models: readonly string[] = []): ReplacedModel {
  const { config } = model;
  const layers = Array.isArray(config) ? config : asObject(config, 'its topology').layers;
  if (!Array.isArray(layers) || models.length > deepest) return { model, weights: [] };
  const weights: (readonly [string, NamedWeight])[] = [];
  const replaced = layers.flatMap((value): readonly Json[] => {
    const layer = asObject(value, 'a layer');
    const { name = layer.name } = Array.isArray(layer.config) ? {} : asObject(layer.config ?? {}, 'a layer');
    const path = [...models, String(name)];
    if (isModel(layer)) {
      const inner = withReplacedLayers(layer, path);
      weights.push(...inner.weights);
      return [inner.model];
    }
    const other = replacedLayer(layer);
    for (const [key, weight] of Object.entries(other?.weights ?? {})) weights.push([[...path, key].join('/'), weight]);
    return other?.layers ?? [layer];
  });
  return {
    model: { ...model, config: Array.isArray(config) ? replaced : { ...asObject(config, 'its topology'), layers: replaced } },
    weights,
  };
}

type Replace = (layer: Json, config: Json) => ReplacedLayer | undefined;

/** Layers that change pictures in training alone. */
const augmentations =
  /^Random(Flip|Rotation|Zoom|Translation|Contrast|Brightness|ColorJitter|ColorDegeneration|Erasing|Grayscale|Hue|Invert|Posterization|Saturation|Sharpness|Shear|GaussianBlur|ElasticTransform|Perspective)$/;

const replacements: Readonly<Record<string, Replace>> = {
  Activation: hardActivation,
  ActivityRegularization: (layer, config) => ({ layers: [nothing(layer, config)] }),
  Add: withNumber((number) => [1, number]),
  Conv2D: depthwise,
  Divide: withNumber((number) => [1 / number, 0]),
  GlobalAveragePooling1D: withAxesKept,
  GlobalAveragePooling2D: withAxesKept,
  GlobalMaxPooling1D: withAxesKept,
  GlobalMaxPooling2D: withAxesKept,
  LayerScale: layerScale,
  Multiply: withNumber((number) => [number, 0]),
  Normalization: normalization,
  StochasticDepth: (layer, config) => ({ layers: [nothing(layer, config)] }),
  Subtract: withNumber((number) => [1, -number], (number) => [-1, number]), // biome-ignore format: one line
  TrueDivide: withNumber((number) => [1 / number, 0]),
};

/** What stands for a layer of Keras that tfjs does not have; undefined for others. */
function replacedLayer(layer: Json): ReplacedLayer | undefined {
  const { class_name: kind } = layer;
  if (typeof kind !== 'string' || isModel(layer)) return undefined;
  const config = asObject(layer.config, `the layer ${kind}`);
  if (augmentations.test(kind)) return { layers: [nothing(layer, config)] };
  return Object.hasOwn(replacements, kind) ? replacements[kind](layer, config) : undefined;
}

function nothing(layer: Json, { name }: Json): Json {
  return { ...layer, class_name: 'Activation', config: { name, activation: 'linear' } };
}

/** The hard sigmoid and the hard SiLU of Keras 3, `relu6(x + 3) / 6` and that times x, which tfjs does not have. */
function hardActivation(layer: Json, config: Json): ReplacedLayer | undefined {
  const { activation } = config;
  const name = String(config.name);
  const isSilu = activation === 'hard_silu' || activation === 'hard_swish';
  const isCalled = Array.isArray(layer.inbound_nodes);
  if (!(isSilu && isCalled) && !(activation === 'hard_sigmoid' && layer.module !== undefined)) return undefined;
  const names = [`${name}-shift`, `${name}-cut`, isSilu ? `${name}-gate` : name];
  const kinds = ['Rescaling', 'ReLU', 'Rescaling'];
  const settings = [{ scale: 1, offset: 3 }, { max_value: 6 }, { scale: 1 / 6, offset: 0 }]; // biome-ignore format: one line
  const layers = names.map((own, i): Json => {
    const calls = i === 0 ? layer.inbound_nodes : [[[names[i - 1], 0, 0, {}]]];
    const called = isCalled && { name: own, inbound_nodes: calls };
    return { ...layer, class_name: kinds[i], config: { name: own, ...settings[i] }, ...called };
  });
  if (!isSilu) return { layers };
  const read = (layer.inbound_nodes as unknown[]).map(callOf)[0];
  const product = { ...layer, class_name: 'Multiply', config: { name }, inbound_nodes: [[...read, [names[2], 0, 0, {}]]] };
  return { layers: [...layers, product] };
}

/** A convolution with a group for each channel. Its kernel `[height, width, 1, filters]` has the numbers of a depthwise one in their order. */
function depthwise(layer: Json, config: Json): ReplacedLayer | undefined {
  const { groups, filters, ...others } = config;
  const multiplier = Number(filters) / Number(groups);
  if (!(Number(groups) > 1 && groups === channelsRead(layer) && Number.isInteger(multiplier))) return undefined;
  return { layers: [{ ...layer, class_name: 'DepthwiseConv2D', config: { ...others, depth_multiplier: multiplier } }] };
}

/** The factors of ConvNeXt for what a block adds, one for each channel. */
function layerScale(layer: Json, { name, projection_dim: given }: Json): ReplacedLayer {
  const channels = Number(given);
  if (!(Number.isInteger(channels) && channels >= 1 && channels < 2 ** 20)) throw damaged(`a LayerScale has ${channels} factors`);
  const weights = {
    moving_mean: { shape: [channels], values: new Float32Array(channels) },
    moving_variance: { shape: [channels], values: new Float32Array(channels).fill(1) },
  };
  return { layers: [{ ...layer, class_name: 'BatchNormalization', config: { name, epsilon: 0, center: false } }], weights };
}

type Line = readonly [scale: number, offset: number];

/** Keras 3 writes `x + 3` as a layer that is called with a number. @param turned for `3 - x`; without it the order does not matter */
function withNumber(lineOf: (number: number) => Line, turned?: (number: number) => Line): Replace {
  return (layer, { name }) => {
    const { inbound_nodes: calls } = layer;
    const [call] = Array.isArray(calls) ? calls : [];
    if (typeof call !== 'object' || call === null || Array.isArray(call)) return undefined;
    const { args } = call as Json;
    if (!Array.isArray(args) || args.length !== 2 || !args.some((one) => typeof one === 'number')) return undefined;
    const [first, second] = args;
    const isTurned = typeof first === 'number';
    const number = isTurned ? first : second;
    const isDivided = isTurned && /Divide/.test(String(layer.class_name));
    if (!Number.isFinite(number) || (typeof first === 'number' && typeof second === 'number'))
      throw damaged('a layer computes with numbers alone');
    if (isDivided) throw refused({ name }, 'divides a number by what the model computes');
    const [scale, offset] = (isTurned && turned ? turned : lineOf)(number);
    const node = { args: [isTurned ? second : first], kwargs: {} };
    return { layers: [{ ...layer, class_name: 'Rescaling', config: { name, scale, offset }, inbound_nodes: [node] }] };
  };
}

/** `keepdims`: the axes that were reduced come back as axes of length 1. Left as it is where the file does not say how many channels there are. */
function withAxesKept(layer: Json, config: Json): ReplacedLayer | undefined {
  const channels = channelsRead(layer);
  if (config.keepdims !== true || channels === undefined) return undefined;
  const name = String(config.name);
  const pool = `${name}-pool`;
  const shape = String(layer.class_name).endsWith('1D') ? [1, channels] : [1, 1, channels];
  const isCalled = Array.isArray(layer.inbound_nodes);
  return {
    layers: [
      { ...layer, ...(isCalled && { name: pool }), config: { ...config, name: pool, keepdims: false } },
      {
        ...layer,
        class_name: 'Reshape',
        config: { name, target_shape: shape },
        ...(isCalled && { inbound_nodes: [[[pool, 0, 0, {}]]] }),
      },
    ],
  };
}

/** Keras 3 writes the shape of what a layer is called with. */
function channelsRead({ inbound_nodes: calls, build_config: built }: Json): number | undefined {
  const call = Array.isArray(calls) && !Array.isArray(calls[0]) ? calls[0] : undefined;
  const shape = call?.args?.[0]?.config?.shape ?? (built as Json | undefined)?.input_shape;
  const channels = Array.isArray(shape) ? shape.at(-1) : undefined;
  return Number.isSafeInteger(channels) && channels > 0 ? channels : undefined;
}

/** A normalization by a known mean and variance: tfjs has it as that of a trained batch normalization. */
function normalization(layer: Json, config: Json): ReplacedLayer {
  const { name, mean, variance, invert, axis } = config;
  if (invert === true) throw refused({ name }, 'is inverted');
  const axes = Array.isArray(axis) ? axis : [axis ?? -1];
  if (axes.length !== 1) throw refused({ name }, `has a mean for each place of the axes [${axes.slice(0, 8)}]`);
  const settings = { name, axis: axes[0], epsilon: 1e-14, center: false, scale: false }; // Keras' is 1e-7 for the deviation
  const layers = [{ ...layer, class_name: 'BatchNormalization', config: settings }];
  if (mean === null || mean === undefined) return { layers };
  return { layers, weights: { moving_mean: numbersOf(mean), moving_variance: numbersOf(variance) } };
}

function numbersOf(value: unknown): NamedWeight {
  const numbers = [value].flat(8);
  if (!numbers.every((one) => typeof one === 'number')) throw damaged('a normalization has a mean or a variance that are no numbers');
  return { shape: [numbers.length], values: Float32Array.from(numbers as number[]) };
}
