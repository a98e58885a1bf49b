import { serialization } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/** Keras' description of a model, as tfjs writes it; keys in snake case. */
export interface Topology {
  readonly class_name: string;
  readonly config: { readonly name: string; readonly layers: readonly LayerTopology[] };
}

export interface LayerTopology {
  readonly class_name: string;
  readonly config: { readonly name: string; [key: string]: unknown };
}

/** The layers of a model and how they are configured, without weights; plain JSON. */
export function topologyOf(model: LayersModel): Topology {
  const { class_name, config } = model.toJSON(undefined, false) as unknown as Topology;
  return { class_name, config };
}

/** Without what only matters before training: how weights are drawn and held in bounds. About half as long. */
export function withoutTrainingSettings(topology: Topology): Topology {
  const text = JSON.stringify(topology, (key, value) => (/_(initializer|regularizer|constraint)$/.test(key) ? undefined : value));
  return JSON.parse(text);
}

/**
 * Without what every layer of its class has that is not told otherwise: `padding: 'valid'`, `trainable: true`. The layers that are
 * built of it are the same.
 */
export function withoutDefaults(topology: Topology): Topology {
  return { ...topology, config: { ...topology.config, layers: topology.config.layers.map(layerWithoutDefaults) } };
}

/** Each setting is left out for a try: where the layer describes itself as before, it was the default. */
function layerWithoutDefaults(layer: LayerTopology): LayerTopology {
  const [Class] = serialization.SerializationMap.getMap().classNameMap[layer.class_name] ?? [];
  const isPlain = Object.values(layer.config).every((value) => typeof value !== 'object' || value === null || Array.isArray(value));
  if (!Class || !isPlain) return layer; // one of a project, or with layers inside
  const describe = (config: LayerTopology['config']) => JSON.stringify(fromConfig(Class, config).getConfig());
  let { config } = layer;
  const described = describe(config);
  for (const key of Object.keys(config)) {
    if (key === 'name') continue; // without it the layer would get a new one
    const { [key]: _, ...rest } = config;
    try {
      if (describe(rest as typeof config) === described) config = rest as typeof config;
    } catch {
      // It cannot be without.
    }
  }
  return { ...layer, config };
}

function fromConfig(Class: serialization.SerializableConstructor<serialization.Serializable>, config: LayerTopology['config']) {
  const entries = Object.entries(config).map(([key, value]) => [
    camelCase(key),
    typeof value === 'string' && key !== 'name' ? camelCase(value) : value,
  ]);
  return (Class as unknown as { fromConfig: serialization.FromConfigMethod<serialization.Serializable> }).fromConfig(
    Class,
    Object.fromEntries(entries),
  );
}

/** As tfjs reads Keras' words. */
function camelCase(text: string): string {
  return text.length <= 1 || !text.includes('_') ? text : text.replace(/_+(\w|$)/g, (_, letter: string) => letter.toUpperCase());
}
