import type { ColumnEncoding } from 'dl-project/inference';

/** How a column is asked for. */
export type Field =
  | { readonly kind: 'number'; readonly min: number; readonly max: number; readonly step: number; readonly value: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly value: string };

/** A number from two deviations below its mean to two above, in a hundred steps or so; a category by its name. */
export function fieldOf(column: ColumnEncoding): Field {
  if (column.kind === 'category') return { kind: 'choice', choices: column.categories, value: column.categories[0] ?? '' };
  const { mean, deviation } = column;
  const step = 10 ** Math.floor(Math.log10(deviation / 10));
  const round = (value: number) => Number((Math.round(value / step) * step).toPrecision(12));
  return { kind: 'number', min: round(mean - 2 * deviation), max: round(mean + 2 * deviation), step, value: round(mean) };
}
