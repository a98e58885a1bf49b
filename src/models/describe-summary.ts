import { formatCount } from '../core/format.ts';
import { type TextColumn, textTable } from '../core/text-table.ts';
import type { LayerSummary, ModelSummary } from './summarize.ts';

/** Columns of a terminal. */
const width = 80;

const columns: readonly TextColumn[] = [
  { title: 'layer', align: 'left' },
  { title: 'kind', align: 'left' },
  { title: 'output' },
  { title: 'weights' },
  { title: 'multiply-adds' },
];

/** What `npm run summary` prints: a line per layer, those of inner models indented, and the sums. At most 80 columns wide. */
export function describeSummary({ name, layers, weights, trainableWeights, bits, multiplyAccumulates }: ModelSummary): string {
  const rows = layers.flatMap((layer) => layerRows(layer, ''));
  rows.push([name, 'in all', '', formatCount(weights), formatCount(multiplyAccumulates)]);
  if (trainableWeights < weights) rows.push(['', 'trained', '', formatCount(trainableWeights)]);
  if (bits < 32 * weights) rows.push(['', 'in bits', '', formatCount(bits), '']);
  const wide = textTable(columns, rows);
  return widthOf(wide) <= width ? wide : narrowTable(rows);
}

function layerRows(layer: LayerSummary, indent: string): string[][] {
  const { name, kind, places, outputShape, weights, multiplyAccumulates, layers = [] } = layer;
  const row = [
    indent + name,
    places > 1 ? `${shortKind(kind)}, ${places} times` : shortKind(kind),
    outputShape.join('x'),
    formatCount(weights),
    formatCount(multiplyAccumulates),
  ];
  return [row, ...layers.flatMap((inner) => layerRows(inner, `${indent}  `))];
}

/** `GlobalAveragePooling2D` -> `GlobalAvgPool2D` */
function shortKind(kind: string): string {
  return kind.replace('Normalization', 'Norm').replace('Average', 'Avg').replace('Pooling', 'Pool');
}

/** Columns nearer to each other, and the ends of long names cut off. */
function narrowTable(rows: readonly string[][]): string {
  const tight = (lines: readonly string[][]) => textTable(columns, lines, 2, 2);
  const excess = widthOf(tight(rows)) - width;
  const longest = Math.max(...rows.map(([name]) => name.length)) - Math.max(0, excess);
  const cut = (name: string) => (name.length > longest ? `${name.slice(0, longest - 1)}…` : name);
  return tight(rows.map(([name, ...rest]) => [cut(name), ...rest]));
}

function widthOf(table: string): number {
  return Math.max(...table.split('\n').map((line) => line.length));
}
