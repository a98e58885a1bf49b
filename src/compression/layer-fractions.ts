import { DlError } from '../core/errors.ts';
import { matchNames } from '../layers/match-names.ts';

/** One share for every layer, or shares by layer name, where `*` stands for any letters: `{ conv1: 0.66, 'dense*': 0.08 }`. */
export type LayerFractions = number | Readonly<Record<string, number>>;

/**
 * The share of each layer. With patterns, the last one that matches holds; a layer that none matches is left out.
 *
 * @param option how the error names it: `pruneWeights keep`
 * @param layers the names that may be meant
 * @throws DlError `config` for a pattern that matches no layer, and for what is no number
 */
export function fractionsByLayer(option: string, fractions: LayerFractions, layers: readonly string[]): Map<string, number> {
  if (typeof fractions === 'number') return new Map(layers.map((layer) => [layer, fractions]));
  if (typeof fractions !== 'object' || fractions === null) throw noNumber(option, fractions);
  if (Object.keys(fractions).length === 0) throw noNumber(option, fractions);
  const result = new Map<string, number>();
  for (const [pattern, fraction] of Object.entries(fractions)) {
    if (typeof fraction !== 'number') throw noNumber(`${option} of ${JSON.stringify(pattern)}`, fraction);
    for (const layer of matchNames(option, pattern, layers)) result.set(layer, fraction);
  }
  return result;
}

function noNumber(option: string, value: unknown): DlError {
  return new DlError('config', `${option} is ${JSON.stringify(value)}; it must be a number, or numbers by layer name: { 'dense*': 0.1 }.`);
}
