import { embeddingTable } from '../../../../inference/steps/embedding.ts';
import { elementTypes } from '../../format/element-types.ts';
import type { LayerContext, WriteLayer } from '../layer-context.ts';
import { nodeValue, type Value } from '../value.ts';

/** A layer of sequences `[length, channels]`: written as the same of images of a single row. */
export function ofSequences(write: WriteLayer): WriteLayer {
  return (context) => {
    const { writer, layer, inputs } = context;
    const [value] = inputs;
    const shape = layer.image(value.shape);
    const image = writer.add('Unsqueeze', [value.in('keras'), writer.integers(`${layer.name}/axis`, [1])], `${layer.name}/rows`);
    const result = write({ ...context, inputs: [nodeValue(writer, image, shape, 'keras')] });
    if (result.shape.length !== 3) return result;
    const rows = writer.add('Squeeze', [result.in('keras'), writer.integers(`${layer.name}/axis`, [1])], `${layer.name}/sequence`);
    return nodeValue(writer, rows, result.shape.slice(1), 'keras');
  };
}

/** `Embedding`: a trained row for each number. */
export function embedding({ writer, layer, inputs: [value] }: LayerContext): Value {
  const { rows, columns, table } = embeddingTable(layer);
  const weights = writer.constant(`${layer.name}/embeddings`, table, [rows, columns]);
  const numbers = writer.add('Cast', [value.in('keras')], `${layer.name}/numbers`, { to: elementTypes.int64 });
  return nodeValue(writer, writer.add('Gather', [weights, numbers], layer.name, { axis: 0 }), [...value.shape, columns], 'keras');
}

/** `RepeatVector`: `[columns]` becomes `[times, columns]`. */
export function repeatVector({ writer, layer, inputs: [value] }: LayerContext): Value {
  const [columns] = value.shape;
  if (value.shape.length !== 1) throw layer.damaged(`it repeats rows, it gets [${value.shape}]`);
  const times = layer.count('n');
  const row = writer.add('Unsqueeze', [value.in('keras'), writer.integers(`${layer.name}/axis`, [1])], `${layer.name}/row`);
  const result = writer.add('Expand', [row, writer.integers(`${layer.name}/times`, [1, times, 1])], layer.name);
  return nodeValue(writer, result, [times, columns], 'keras');
}
