import { z } from 'zod';

/**
 * The schema that follows from a default value: a number admits numbers, `[20, 50]` a list of numbers,
 * `{ a: 1 }` an object with exactly these keys. An empty list or object says nothing of its items and admits any.
 */
export function schemaFromDefault(value: unknown): z.ZodType {
  if (typeof value === 'number') return z.number();
  if (typeof value === 'boolean') return z.boolean();
  if (typeof value === 'string') return z.string();
  if (Array.isArray(value)) return z.array(value.length > 0 ? schemaFromDefault(value[0]) : z.unknown());
  if (isPlainObject(value)) return schemaFromObject(value);
  return z.unknown();
}

function schemaFromObject(value: Record<string, unknown>): z.ZodType {
  const entries = Object.entries(value);
  if (entries.length === 0) return z.record(z.string(), z.unknown());
  return z.strictObject(Object.fromEntries(entries.map(([key, item]) => [key, schemaFromDefault(item)])));
}

/** Whether a value is a `{}` that may hold settings. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
