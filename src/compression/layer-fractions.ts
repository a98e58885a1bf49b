import { DlError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';

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
  const result = new Map<string, number>();
  for (const [pattern, fraction] of Object.entries(fractions)) {
    if (typeof fraction !== 'number') throw noNumber(`${option} of ${JSON.stringify(pattern)}`, fraction);
    const matched = layers.filter((layer) => matches(pattern, layer));
    if (matched.length === 0) {
      throw new DlError(
        'config',
        `${option} names ${JSON.stringify(pattern)}, but the model has no such layer.${didYouMean(pattern, layers)} Layers: ${layers.join(', ') || 'none'}.`,
      );
    }
    for (const layer of matched) result.set(layer, fraction);
  }
  return result;
}

function noNumber(option: string, value: unknown): DlError {
  return new DlError('config', `${option} is ${JSON.stringify(value)}; it must be a number, or numbers by layer name: { 'dense*': 0.1 }.`);
}

function matches(pattern: string, layer: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(layer);
}
