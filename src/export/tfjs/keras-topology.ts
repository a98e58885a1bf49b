import { inlinedModels, type LayerOrigin } from './inlined-models.ts';
import { asObject, callOf, damaged, isModel, type Json, references, refused } from './keras-json.ts';
import { type ReplacedModel, withReplacedLayers } from './replaced-layers.ts';

/** Names of Keras 3 that tfjs has under another one. */
const activationNames: Readonly<Record<string, string>> = { silu: 'swish' };

/** Those of tfjs, as its layers look for them. */
const knownActivations: ReadonlySet<string> = new Set(
  'elu hardSigmoid linear relu relu6 selu sigmoid softmax softplus softsign tanh logSoftmax gelu mish swish'.split(' '),
);

export interface KerasTopology extends Pick<ReplacedModel, 'weights'> {
  readonly topology: Json;
  /** Of layers that were in models inside of the model: what they were called. */
  readonly origins?: ReadonlyMap<string, LayerOrigin>;
}

/**
 * The topology of a model of Keras 2 or 3 as tfjs reads it. Keras 3 writes the types, the input shape and the connections in its own way; what only
 * matters for training is left out.
 * @throws DlError `file` for what is no topology, `refused` for what tfjs computes in another way
 */
export function kerasTopology(value: unknown): KerasTopology {
  const { model_config: inner } = asObject(value, 'its topology');
  const whole = asObject(inner ?? value, 'its topology');
  if (!isModel(whole)) return { topology: plainTopology(whole), weights: [] };
  const { model, weights } = withReplacedLayers(whole);
  const { topology = model, origins } = inlinedModels(model) ?? {};
  return { topology: plainTopology(topology), weights, origins };
}

function plainTopology(topology: Json): Json {
  const { class_name: kind, config } = topology;
  if (typeof kind !== 'string') throw damaged('its topology has no class_name');
  if (kind === 'Sequential' && Array.isArray(config))
    return { class_name: kind, config: { name: 'sequential', layers: config.map(layerOf) } };
  const { layers, input_layers: inputs, output_layers: outputs, name = 'model' } = asObject(config, 'its topology');
  if (!Array.isArray(layers)) throw damaged('its topology has no layers');
  const ends = {
    ...(inputs !== undefined && { input_layers: references(inputs) }),
    ...(outputs !== undefined && { output_layers: references(outputs) }),
  };
  return { class_name: kind, config: { name, layers: layers.map(layerOf), ...ends } };
}

function layerOf(value: unknown): Json {
  const layer = asObject(value, 'a layer');
  const { class_name: kind, config, name, inbound_nodes: nodes } = layer;
  if (typeof kind !== 'string') throw damaged('a layer has no class_name');
  if (isModel(layer)) throw refused(Array.isArray(config) ? { name: kind } : asObject(config, `the layer ${kind}`), 'is a model inside of a layer'); // biome-ignore format: one line
  return {
    class_name: kind,
    config: settingsOf(kind, asObject(config, `the layer ${kind}`), layer.module !== undefined),
    ...(name !== undefined && { name }),
    ...(Array.isArray(nodes) && { inbound_nodes: nodes.map(callOf) }),
  };
}

/** Without initialisers, regularizers and constraints, and in the words of Keras 2. */
function settingsOf(kind: string, config: Json, isKeras3: boolean): Json {
  const settings: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    if (/_(initializer|regularizer|constraint)$/.test(key)) continue;
    if (key === 'batch_shape') settings.batch_input_shape = value;
    else if (key === 'dtype')
      settings.dtype = 'float32'; // what a file computes in is no matter of its layers here
    else if (key === 'axis' && Array.isArray(value) && value.length === 1) settings.axis = value[0];
    else if (key === 'activation' || key === 'recurrent_activation') settings[key] = activationOf(config, value, isKeras3);
    else settings[key] = isLayer(key, value) ? layerOf(value) : value;
  }
  if (kind === 'Bidirectional' && settings.layer !== undefined) settings.layer = withoutDirection(asObject(settings.layer, 'a layer'));
  if (kind === 'LeakyReLU' && settings.negative_slope !== undefined) settings.alpha = settings.negative_slope;
  // What tfjs does not know it would not notice.
  if (kind.startsWith('Conv') && Number(config.groups) > 1) throw refused(config, `has ${config.groups} groups`);
  if (config.keepdims === true) throw refused(config, 'keeps the axes that it reduces');
  if (kind === 'DepthwiseConv2D' && [config.dilation_rate].flat().some((rate) => Number(rate) > 1))
    throw refused(config, 'is dilated, which tfjs leaves out');
  return settings;
}

/** tfjs puts `forward_` and `backward_` before the name; Keras 3 and tfjs write it with the first. */
function withoutDirection(layer: Json): Json {
  const config = asObject(layer.config, 'a layer');
  return { ...layer, config: { ...config, name: String(config.name).replace(/^forward_/, '') } };
}

/** What a wrapper holds: Bidirectional, TimeDistributed. */
function isLayer(key: string, value: unknown): boolean {
  return (key === 'layer' || key === 'backward_layer') && typeof value === 'object' && value !== null;
}

function activationOf({ name }: Json, value: unknown, isKeras3: boolean): unknown {
  if (isKeras3 && value === 'hard_sigmoid')
    throw refused({ name }, 'has the hard sigmoid of Keras 3, which has another slope than that of tfjs');
  if (typeof value === 'object' && value !== null) throw refused({ name }, 'has an activation with settings of its own');
  if (typeof value !== 'string') return value;
  const known = Object.hasOwn(activationNames, value) ? activationNames[value] : value;
  const camelCase = known.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (!knownActivations.has(camelCase))
    throw refused({ name }, `has the activation ${JSON.stringify(value.slice(0, 40))}, which tfjs does not have`);
  return known;
}
