import type { LayerTopology, Topology } from '../../compression/surgery/topology.ts';
import { DlError } from '../../core/errors.ts';
import { libraryLayerClasses } from '../../layers/register-layers.ts';
import type { ModelFile } from '../../packed/model-file.ts';
import { joinedBytes } from '../../packed/part-reader.ts';
import { type TfjsPrecision, weightData } from './weight-data.ts';

/** Browsers cache files of this size; tfjs' converter has it too. */
const shardBytes = 4 * 2 ** 20;

/** The files of a tfjs layers model by name: `model.json` and what it refers to. */
export type TfjsFiles = ReadonlyMap<string, Uint8Array>;

/** @throws DlError `refused` for a layer that tfjs does not have */
export function writeTfjs({ topology, weights, features, metrics }: ModelFile, precision: TfjsPrecision): TfjsFiles {
  const stored = Array.from(weights, ([name, weight]) => weightData(name, weight, precision));
  const shards = cut(joinedBytes(stored.map(({ bytes }) => bytes)));
  const paths = shards.map((_, i) => `group1-shard${i + 1}of${shards.length}.bin`);
  const { class_name, config } = withTfjsLayers(topology as Topology);
  const model = {
    format: 'layers-model',
    generatedBy: 'dl-project',
    convertedBy: null,
    modelTopology: { class_name, config, keras_version: 'tfjs-layers 4.22.0', backend: 'tensor_flow.js' },
    weightsManifest: [{ paths, weights: stored.map(({ entry }) => entry) }],
    userDefinedMetadata: { ...(features !== undefined && { features }), metrics },
  };
  const files = new Map<string, Uint8Array>(shards.map((bytes, i) => [paths[i], bytes]));
  return files.set('model.json', new TextEncoder().encode(JSON.stringify(model)));
}

function cut(bytes: Uint8Array): Uint8Array[] {
  const count = Math.ceil(bytes.length / shardBytes);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * shardBytes, (i + 1) * shardBytes));
}

/** Layers of ours that are ordinary ones to those who only run them; others of ours cannot be in a file for tfjs alone. */
function withTfjsLayers({ class_name, config }: Topology): Topology {
  return { class_name, config: { ...config, layers: config.layers.map(tfjsLayer) } };
}

function tfjsLayer(layer: LayerTopology): LayerTopology {
  if (layer.class_name === 'WinogradConv2D') {
    const { tile, ...config } = layer.config;
    return { ...layer, class_name: 'Conv2D', config };
  }
  if (resetsAfter(layer)) throw refused(layer, 'resets behind its product (reset_after)');
  if (!libraryLayerClasses.includes(layer.class_name)) return layer;
  throw refused(layer, `is of the class ${layer.class_name}`);
}

/** Also of a layer that holds another: Bidirectional, TimeDistributed. */
function resetsAfter({ config }: LayerTopology): boolean {
  const { layer: inner } = config as { layer?: LayerTopology };
  return config.reset_after === true || (inner?.config !== undefined && resetsAfter(inner));
}

function refused({ config }: LayerTopology, what: string): DlError {
  return new DlError(
    'refused',
    `The layer ${config.name} ${what}, which tfjs alone does not have. ONNX export writes it: --to onnx, or exportOnnx.`,
  );
}
