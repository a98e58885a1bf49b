import { DlError } from '../../core/errors.ts';
import type { NamedWeight } from '../../packed/model-file.ts';
import { wordsOfHalfBytes } from '../../packed/numbers/half.ts';
import { joinedBytes } from '../../packed/part-reader.ts';
import { parseUntrustedJson } from '../../packed/untrusted-json.ts';
import { isShape } from '../../packed/weight-entry.ts';
import type { LayerOrigin } from './inlined-models.ts';
import { damaged } from './keras-json.ts';
import { type KerasTopology, kerasTopology } from './keras-topology.ts';

/** What a tfjs layers model holds. */
export interface ReadTfjs {
  readonly topology: { readonly class_name: string; readonly config: { readonly layers: readonly Layer[] } };
  readonly weights: ReadonlyMap<string, NamedWeight>;
  /** Whatever was put beside the model; unchecked. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

interface Layer {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Reads a tfjs layers model that may be damaged or hostile.
 *
 * @param modelJson the text of model.json
 * @param readFile gives the bytes of a file that it names; its name never leads out of the folder
 * @throws DlError `file` for a damaged model, `refused` for a graph model
 */
export async function readTfjs(modelJson: string, readFile: (name: string) => Promise<Uint8Array>): Promise<ReadTfjs> {
  const model = parseUntrustedJson(modelJson, 'model.json') as Record<string, unknown> | null;
  if (typeof model !== 'object' || model === null || Array.isArray(model)) throw damaged('model.json is no object');
  if (model.format === 'graph-model') {
    throw new DlError(
      'refused',
      'This is a graph model of tfjs, which has no layers. Convert the Keras model with --output_format=tfjs_layers_model, or export it as ONNX (importOnnx).',
    );
  }
  const { topology, origins, weights: settings } = kerasTopology(model.modelTopology) as KerasTopology & Pick<ReadTfjs, 'topology'>;
  const { weightsManifest: groups = [], userDefinedMetadata: metadata } = model;
  if (!Array.isArray(groups)) throw damaged('weightsManifest is no list');
  const weights: (readonly [string, NamedWeight])[] = [...settings];
  for (const group of groups) weights.push(...(await readGroup(group, readFile)));
  return { topology, weights: withLayerNames(weights, topology, origins), metadata: isObject(metadata) ? metadata : {} };
}

async function readGroup(group: unknown, readFile: (name: string) => Promise<Uint8Array>): Promise<[string, NamedWeight][]> {
  const { paths, weights } = (group ?? {}) as { paths?: unknown; weights?: unknown };
  if (!Array.isArray(paths) || !Array.isArray(weights)) throw damaged('a group of weights has no paths or no weights');
  const entries = weights.map(entryOf);
  const files: Uint8Array[] = [];
  for (const path of paths) {
    if (typeof path !== 'string' || !/^[^/\\:]+$/.test(path) || path === '..')
      throw damaged(`its weights lie in ${JSON.stringify(path)?.slice(0, 80)}, which is no file beside model.json`);
    files.push(await readFile(path));
  }
  const bytes = joinedBytes(files);
  const expected = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (bytes.length !== expected)
    throw damaged(`its weights take ${expected} bytes, the files ${paths.join(', ').slice(0, 80)} have ${bytes.length}`);
  let at = 0;
  return entries.map(({ name, shape, sizeBytes, decode }) => {
    const own = bytes.slice(at, at + sizeBytes);
    at += sizeBytes;
    return [name, { shape, values: decode(own) }];
  });
}

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly sizeBytes: number;
  decode(bytes: Uint8Array<ArrayBuffer>): Float32Array;
}

/** How the numbers of a type become float32. */
const decoders: Readonly<Record<string, { readonly size: number; decode(bytes: Uint8Array<ArrayBuffer>): Float32Array }>> = {
  float32: { size: 4, decode: ({ buffer }) => new Float32Array(buffer) },
  float16: { size: 2, decode: (bytes) => new Float32Array(wordsOfHalfBytes(bytes).buffer) },
  int32: { size: 4, decode: ({ buffer }) => Float32Array.from(new Int32Array(buffer)) },
  uint16: { size: 2, decode: ({ buffer }) => Float32Array.from(new Uint16Array(buffer)) },
  uint8: { size: 1, decode: (bytes) => Float32Array.from(bytes) },
  bool: { size: 1, decode: (bytes) => Float32Array.from(bytes) },
};

function entryOf(value: unknown): Entry {
  const { name, shape, dtype, quantization } = (value ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || !isShape(shape)) throw damaged(`it lists the weight ${JSON.stringify(value)?.slice(0, 80)}`);
  const { dtype: stored = dtype, scale, min } = (quantization ?? {}) as Record<string, unknown>;
  const decoder = typeof stored === 'string' && Object.hasOwn(decoders, stored) ? decoders[stored] : undefined;
  if (!decoder) {
    throw new DlError(
      'refused',
      `The weight ${JSON.stringify(name)} has the type ${JSON.stringify(stored)}; importTfjs reads ${Object.keys(decoders).join(', ')}.`,
    );
  }
  const isAffine = quantization !== undefined && stored !== 'float16';
  if (isAffine && !(Number.isFinite(scale) && Number.isFinite(min)))
    throw damaged(`the weight ${JSON.stringify(name)} has no scale or min`);
  const sizeBytes = decoder.size * shape.reduce((product, length) => product * length, 1);
  const decode = (bytes: Uint8Array<ArrayBuffer>) => {
    const numbers = decoder.decode(bytes);
    return isAffine ? numbers.map((number) => number * (scale as number) + (min as number)) : numbers;
  };
  return { name, shape, sizeBytes, decode };
}

/**
 * Weights by the names that tfjs' layers give them: `conv1/kernel`. Keras may put the name of the model before it and that of a recurrent
 * layer's cell or of a wrapped layer between, and writes states of random numbers beside them, which no layer of tfjs has.
 * @param origins of layers whose names were changed; several may have had one, and Keras writes their weights in the order of the layers
 */
function withLayerNames(
  weights: readonly (readonly [string, NamedWeight])[],
  topology: ReadTfjs['topology'],
  origins: ReadonlyMap<string, LayerOrigin> | undefined,
): Map<string, NamedWeight> {
  const layers = new Map<string, Layer[]>();
  for (const layer of topology.config.layers) {
    const name = String(layer.config.name);
    const original = origins?.get(name)?.name ?? name;
    layers.set(original, [...(layers.get(original) ?? []), layer]);
  }
  const named = new Map<string, NamedWeight>();
  for (const [name, weight] of weights) {
    if (name.endsWith('/seed_generator_state')) continue;
    const path = name.replace(/:0$/, '').split('/');
    const at = path.findLastIndex((part, index) => index < path.length - 1 && layers.has(part));
    const inModels = (layer: Layer) => {
      const models = origins?.get(String(layer.config.name))?.models ?? [];
      return models.filter((model, i) => path[at - models.length + i] === model).length;
    };
    const called = [...(layers.get(path[at]) ?? [])].sort((one, other) => inModels(other) - inModels(one));
    if (called[0]?.class_name === 'BatchNormalization' && path.at(-1) === 'count') continue; // of Keras' Normalization
    const free = called.find((layer) => !named.has(shortName(path.slice(at), layer)));
    if (free) named.set(shortName(path.slice(at), free), asOf(free, weight));
    else named.set(name, weight);
  }
  return named;
}

/** The kernel `[height, width, 1, filters]` of a convolution with a group for each channel as a depthwise layer has it. */
function asOf({ class_name: kind, config: { depth_multiplier: multiplier } }: Layer, weight: NamedWeight): NamedWeight {
  const [height, width, one, filters] = weight.shape;
  const isGrouped = kind === 'DepthwiseConv2D' && weight.shape.length === 4 && one === 1 && Number.isInteger(filters / Number(multiplier));
  return isGrouped ? { ...weight, shape: [height, width, filters / Number(multiplier), Number(multiplier)] } : weight;
}

/** @param path from the layer on: `['lstm', 'lstm_cell', 'kernel']` */
function shortName([, ...inside]: readonly string[], { class_name: kind, config }: Layer): string {
  const { name } = config;
  const inner = isObject(config.layer) ? config.layer.class_name : kind;
  const last = inside[inside.length - 1];
  const isMoving = inner === 'BatchNormalization' && (last === 'mean' || last === 'variance'); // of Keras' Normalization
  const isFactors = inner === 'BatchNormalization' && /^variable(_\d+)?$/.test(last); // of ConvNeXt's LayerScale
  const isKernel = inner === 'DepthwiseConv2D' && last === 'kernel'; // Keras 3 calls every kernel so
  const key = isMoving ? `moving_${last}` : isFactors ? 'gamma' : isKernel ? 'depthwise_kernel' : last;
  return kind === 'Bidirectional' && inside.length > 1 ? `${name}/${inside[0]}/${key}` : `${name}/${key}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
