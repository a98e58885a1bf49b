import { DlError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';

/**
 * The names that a pattern means; `*` stands for any letters: `conv*`.
 * @param option how the error names it: `model.freeze`
 * @throws DlError `config` for a pattern that matches none, with the nearest
 */
export function matchNames(option: string, pattern: string, names: readonly string[]): string[] {
  const escaped = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const regular = new RegExp(`^${escaped.join('.*')}$`);
  const matched = names.filter((name) => regular.test(name));
  if (matched.length > 0) return matched;
  const families = names.map((name) => `${name.replace(/\d.*$/, '')}*`);
  const near = didYouMean(pattern, pattern.includes('*') ? families : names);
  throw new DlError(
    'config',
    `${option} names ${JSON.stringify(pattern)}, but the model has no such layer.${near} Layers: ${names.join(', ') || 'none'}.`,
  );
}
