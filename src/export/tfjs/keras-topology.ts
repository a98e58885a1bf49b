import { DlError } from '../../core/errors.ts';

type Json = Readonly<Record<string, unknown>>;

/** Names of Keras 3 that tfjs has under another one. */
const activationNames: Readonly<Record<string, string>> = { silu: 'swish' };

/** Those of tfjs, as its layers look for them. */
const knownActivations: ReadonlySet<string> = new Set(
  'elu hardSigmoid linear relu relu6 selu sigmoid softmax softplus softsign tanh logSoftmax gelu mish swish'.split(' '),
);

/**
 * The topology of a model of Keras 2 or 3 as tfjs reads it. Keras 3 writes the types, the input shape and the connections in its own way; what only
 * matters for training is left out.
 * @throws DlError `file` for what is no topology, `refused` for what tfjs computes in another way
 */
export function kerasTopology(value: unknown): Json {
  const { model_config: inner } = asObject(value, 'its topology');
  const topology = asObject(inner ?? value, 'its topology');
  const { class_name: kind, config } = topology;
  if (typeof kind !== 'string') throw new DlError('file', 'Not a sound tfjs model: its topology has no class_name.');
  if (kind === 'Sequential' && Array.isArray(config))
    return { class_name: kind, config: { name: 'sequential', layers: config.map(layerOf) } };
  const { layers, input_layers: inputs, output_layers: outputs, name = 'model' } = asObject(config, 'its topology');
  if (!Array.isArray(layers)) throw new DlError('file', 'Not a sound tfjs model: its topology has no layers.');
  const ends = {
    ...(inputs !== undefined && { input_layers: references(inputs) }),
    ...(outputs !== undefined && { output_layers: references(outputs) }),
  };
  return { class_name: kind, config: { name, layers: layers.map(layerOf), ...ends } };
}

function layerOf(value: unknown): Json {
  const layer = asObject(value, 'a layer');
  const { class_name: kind, config, name, inbound_nodes: nodes } = layer;
  if (typeof kind !== 'string') throw new DlError('file', 'Not a sound tfjs model: a layer has no class_name.');
  if (kind === 'Sequential' || kind === 'Functional' || kind === 'Model') {
    const instead = 'Make one model of its layers, in Keras: keras.Model(base.input, head(base.output)); or export it as ONNX: importOnnx.';
    throw refused(Array.isArray(config) ? { name: kind } : asObject(config, `the layer ${kind}`), 'is a model of its own', instead);
  }
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
  if (typeof config.groups === 'number' && config.groups > 1) throw refused(config, `has ${config.groups} groups`);
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

/** One call of a layer: `[[layer, call, output, {}], ...]`; Keras 3 writes what the layer was called with. */
function callOf(call: unknown): unknown {
  if (Array.isArray(call)) return call;
  const { args } = asObject(call, 'a connection');
  return tensorsIn(args, 0).map((history) => [...history.slice(0, 3), {}]);
}

function tensorsIn(value: unknown, depth: number): unknown[][] {
  if (typeof value === 'number') {
    throw new DlError(
      'refused',
      `The model computes with the number ${value} between its layers; importTfjs reads layers, such as Rescaling. Exported as ONNX it may be read: importOnnx.`,
    );
  }
  if (Array.isArray(value) && depth < 4) return value.flatMap((one) => tensorsIn(one, depth + 1));
  const { config } = asObject(value, 'a connection');
  const { keras_history: history } = asObject(config, 'a connection');
  if (!Array.isArray(history)) throw new DlError('file', 'Not a sound tfjs model: a connection names no layer.');
  return [history];
}

/** `[[name, 0, 0]]`; Keras 3 writes the only one without the outer brackets. */
function references(value: unknown): unknown {
  return Array.isArray(value) && typeof value[0] === 'string' ? [value] : value;
}

function asObject(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new DlError('file', `Not a sound tfjs model: ${what} is ${JSON.stringify(value)?.slice(0, 60)}.`);
}

function refused({ name }: Json, what: string, instead = 'Exported as ONNX it may be read: importOnnx.'): DlError {
  return new DlError('refused', `importTfjs cannot read the layer ${JSON.stringify(name)}: it ${what}. ${instead}`);
}
