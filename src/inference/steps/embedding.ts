import type { LayerConfig } from '../layer-config.ts';
import { place, type Step, sizeOf } from '../step.ts';

/** `Embedding`: a trained row for each number; NaN for numbers that have none. */
export function embedding(layer: LayerConfig, inputShape: readonly number[]): Step {
  const { rows, columns, table } = embeddingTable(layer);
  const count = sizeOf(inputShape);
  return {
    kind: 'embedding',
    layers: [layer.name],
    outputShape: [...inputShape, columns],
    multiplyAdds: 0,
    compile(kernels) {
      const tableAt = place(kernels, table);
      return ([input], output, batch) => kernels.exports.gatherRows(batch * count, columns, rows, input, tableAt, output);
    },
  };
}

/** @throws DlError `refused` where 0 means that there is nothing, which other layers would have to know */
export function embeddingTable(layer: LayerConfig) {
  if (layer.flag('mask_zero'))
    throw layer.unsupported('hides zeros from the layers behind it (mask_zero); the engine computes every moment');
  const [rows, columns] = [layer.count('input_dim'), layer.count('output_dim')];
  return { rows, columns, table: layer.weight('embeddings', [rows, columns]) };
}
