import { DlError } from '../../core/errors.ts';
import type { LayerTopology, Topology } from './topology.ts';

/** Where a layer's inputs come from, as Keras writes it: one list per call, of `[layer, call, output, arguments]`. */
type Calls = readonly (readonly (readonly [string, number, number, ...unknown[]])[])[];

interface FunctionalLayer extends LayerTopology {
  readonly name: string;
  readonly inbound_nodes: Calls;
}

/**
 * The topology with some layers replaced by others, one behind the other: what read the layer then reads the last of them, and
 * the first reads what the layer read. An empty list takes the layer out. Sequential and functional models alike; weights are
 * the caller's, by the names of the new layers.
 *
 * @param replace the layers instead of this one, undefined for it to stay. They have one input and one output each, but for the
 * first of them, which may read as many as the layer did
 * @throws DlError `refused` for a layer that is called more than once, and for taking out one that joins branches
 */
export function replaceLayers(topology: Topology, replace: (layer: LayerTopology) => readonly LayerTopology[] | undefined): Topology {
  const { config } = structuredClone(topology);
  return topology.class_name === 'Sequential'
    ? { class_name: topology.class_name, config: { ...config, layers: replaceInChain(config.layers, replace) } }
    : { class_name: topology.class_name, config: replaceInGraph(config as FunctionalConfig, replace) };
}

function replaceInChain(layers: readonly LayerTopology[], replace: (layer: LayerTopology) => readonly LayerTopology[] | undefined) {
  const replaced = layers.flatMap((layer) => replace(layer) ?? [layer]);
  // The first layer of a chain says what the model reads; its successor must say it too.
  const { batch_input_shape: shape, dtype } = layers[0].config;
  const [first, ...others] = replaced;
  return shape === undefined || first === undefined || 'batch_input_shape' in first.config
    ? replaced
    : [{ ...first, config: { ...first.config, batch_input_shape: shape, ...(dtype !== undefined && { dtype }) } }, ...others];
}

interface FunctionalConfig {
  readonly name: string;
  readonly layers: readonly FunctionalLayer[];
  readonly input_layers: readonly (readonly [string, number, number])[];
  readonly output_layers: readonly (readonly [string, number, number])[];
}

function replaceInGraph(config: FunctionalConfig, replace: (layer: LayerTopology) => readonly LayerTopology[] | undefined) {
  const chains = new Map<string, readonly LayerTopology[]>();
  const readBy = new Map(config.layers.map((layer) => [layer.config.name, layer.inbound_nodes[0] ?? []]));
  for (const layer of config.layers) {
    const chain = replace(layer);
    if (!chain) continue;
    const { name } = layer.config;
    const reads = readBy.get(name)?.length ?? 0;
    if (layer.inbound_nodes.length > 1) {
      throw new DlError('refused', `The layer ${name} cannot be replaced: the model calls it ${layer.inbound_nodes.length} times.`);
    }
    if (chain.length === 0 && reads !== 1) throw new DlError('refused', `The layer ${name} cannot be taken out: it reads ${reads} layers.`);
    chains.set(name, chain);
  }
  /** What is read now where this layer was. */
  const successor = (name: string): string => {
    const chain = chains.get(name);
    if (!chain) return name;
    return chain.length > 0 ? chain[chain.length - 1].config.name : successor(readBy.get(name)?.[0][0] as string);
  };
  const follow = <Reference extends readonly [string, ...unknown[]]>([name, ...rest]: Reference) => [successor(name), ...rest];
  const layers = config.layers.flatMap((layer) => {
    const calls = layer.inbound_nodes.map((call) => call.map(follow));
    const chain = chains.get(layer.config.name) ?? [layer];
    return chain.map((one, i) => ({
      class_name: one.class_name,
      config: one.config,
      name: one.config.name,
      inbound_nodes: i === 0 ? calls : [[[chain[i - 1].config.name, 0, 0, {}]]],
    }));
  });
  // An input layer stays the input, whatever is put behind it.
  return { ...config, layers, output_layers: config.output_layers.map(follow) };
}
