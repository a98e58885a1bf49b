/**
 * Every setting of a config by its dotted key, as trackers list them: lists are joined by commas, lists of parts have their position in the
 * key (`training.metrics.0.name`).
 */
export function flatSettings(value: unknown, key = ''): Record<string, string | number | boolean> {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return { [key]: value };
  if (typeof value !== 'object' || value === null) return {};
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return { [key]: value.join(',') };
  const entries = Object.entries(value).map(([name, inner]) => flatSettings(inner, key ? `${key}.${name}` : name));
  return Object.assign({}, ...entries);
}
