import { formatCount } from '../core/format.ts';
import { textTable } from '../core/text-table.ts';
import type { ModelSummary } from './summarize.ts';

/** What `npm run summary` prints: a line per layer, and the sums. */
export function describeSummary({ name, layers, weights, multiplyAccumulates }: ModelSummary): string {
  const rows = layers.map((layer) => [
    layer.name,
    layer.kind,
    layer.outputShape.join(' x '),
    formatCount(layer.weights),
    formatCount(layer.multiplyAccumulates),
  ]);
  rows.push([name, 'in all', '', formatCount(weights), formatCount(multiplyAccumulates)]);
  return textTable(
    [
      { title: 'layer', align: 'left' },
      { title: 'kind', align: 'left' },
      { title: 'output' },
      { title: 'weights' },
      { title: 'multiply-adds' },
    ],
    rows,
  );
}
