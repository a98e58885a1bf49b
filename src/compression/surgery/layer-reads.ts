import type { LayerTopology, Topology } from './topology.ts';

/** The layers of a model and which of them read which. */
export interface LayerReads {
  /** By name, in the order of the topology; the model's input too, where it is no layer. */
  readonly reads: ReadonlyMap<string, readonly string[]>;
  /** How many layers read what a layer gives. */
  readonly readers: ReadonlyMap<string, number>;
  readonly layers: ReadonlyMap<string, LayerTopology>;
}

/** @param topology of a sequential or a functional model */
export function layerReads(topology: Topology): LayerReads {
  const { layers } = topology.config;
  const names = layers.map(({ config }) => config.name);
  const reads = new Map<string, readonly string[]>();
  if (topology.class_name === 'Sequential') {
    const input = inputName(topology);
    if (input !== names[0]) reads.set(input, []);
    names.forEach((name, i) => void reads.set(name, i > 0 ? [names[i - 1]] : input === name ? [] : [input]));
  } else {
    for (const layer of layers) {
      const calls = (layer as LayerTopology & { inbound_nodes: [string][][] }).inbound_nodes;
      reads.set(
        layer.config.name,
        calls.flat().map(([name]) => name),
      );
    }
  }
  const readers = new Map<string, number>();
  for (const sources of reads.values()) for (const source of sources) readers.set(source, (readers.get(source) ?? 0) + 1);
  return { reads, readers, layers: new Map(layers.map((layer) => [layer.config.name, layer])) };
}

/** Whether a model uses the layer in more than one place. */
export function isCalledAgain(layer: LayerTopology): boolean {
  return ((layer as { inbound_nodes?: readonly unknown[] }).inbound_nodes?.length ?? 1) > 1;
}

/** What tfjs calls the input of a sequential model that begins without an input layer. */
function inputName({ config: { layers } }: Topology): string {
  const [first] = layers;
  return first.class_name === 'InputLayer' ? first.config.name : `${first.config.name}_input`;
}
