import type { GraphNode } from './read-graph.ts';

/** Layers that hand on the numbers of a sample as they are. */
const passing: ReadonlySet<string> = new Set(['Flatten', 'Dropout']);
/** Layers whose weights may be whole numbers, and what counts their output channels. */
const channelsOf: Readonly<Record<string, string>> = { Conv2D: 'filters', Dense: 'units' };

/**
 * The layers that round each sample in its own range and that only products of whole numbers read: they need no step, their readers
 * round while they read.
 * @returns by position whether it is one
 */
export function roundedByProducts(nodes: readonly GraphNode[]): readonly boolean[] {
  const readers: number[][] = nodes.map(() => []);
  nodes.forEach(({ inputs }, index) => {
    for (const input of inputs) readers[input].push(index);
  });
  /** Whether what a layer reads goes to products of whole numbers only. */
  const rounds: boolean[] = nodes.map(() => false);
  const onlyProducts = (index: number) => readers[index].length > 0 && readers[index].every((reader) => rounds[reader]);
  for (let index = nodes.length - 1; index >= 0; index--) {
    const { layer } = nodes[index];
    const channels = Object.hasOwn(channelsOf, layer.kind) ? channelsOf[layer.kind] : undefined;
    rounds[index] = channels ? layer.quantization('kernel', layer.count(channels)) !== undefined : passing.has(layer.kind) && onlyProducts(index);
  }
  const isRounding = ({ layer, inputs }: GraphNode) => layer.kind === 'FakeQuantize' && inputs.length < 2 && layer.flag('dynamic');
  return nodes.map((node, index) => isRounding(node) && onlyProducts(index));
}
