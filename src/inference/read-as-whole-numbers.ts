import type { LayerConfig } from './layer-config.ts';
import type { GraphNode } from './read-graph.ts';

/** Layers that hand on the numbers of a sample as they are. */
const passing: ReadonlySet<string> = new Set(['Flatten', 'Reshape', 'Dropout']);
/** Products, and what counts their output channels. */
const products: ReadonlyMap<string, string> = new Map([
  ['Conv2D', 'filters'],
  ['Dense', 'units'],
]);

/**
 * The layers that round each sample in its own range and that products of whole numbers read. They need no step: the products round while
 * they read, and who else reads them gets numbers that are not rounded, as with the ranges that a file has.
 * @returns by position whether it is one
 */
export function readAsWholeNumbers(nodes: readonly GraphNode[]): readonly boolean[] {
  /** Whether a layer is such a product, or hands its input on to one. */
  const reads: boolean[] = nodes.map(() => false);
  const isRead: boolean[] = nodes.map(() => false);
  for (let index = nodes.length - 1; index >= 0; index--) {
    const { layer, inputs } = nodes[index];
    reads[index] = passing.has(layer.kind) ? isRead[index] : isWholeProduct(layer);
    for (const input of inputs) isRead[input] ||= reads[index];
  }
  const rounds = ({ layer, inputs }: GraphNode) => layer.kind === 'FakeQuantize' && inputs.length < 2 && layer.flag('dynamic');
  return nodes.map((node, index) => isRead[index] && rounds(node));
}

function isWholeProduct(layer: LayerConfig): boolean {
  const channels = products.get(layer.kind);
  return channels !== undefined && layer.quantization('kernel', layer.count(channels)) !== undefined;
}
