import type { z } from 'zod';

/**
 * Reads the text of `key=value` as the setting's schema wants it. Numbers (`1e-3`), `true`/`false`, lists (`[64,32]` or `64,32`),
 * JSON, and text as it is; quotes around the whole are taken off, since not every shell does that.
 *
 * @returns undefined where no reading fits
 */
export function parseValue(text: string, schema: z.ZodType): { readonly value: unknown } | undefined {
  for (const reading of readings(text)) {
    const result = schema.safeParse(reading);
    if (result.success) return { value: result.data };
  }
  return undefined;
}

/** Every way in which the text can be meant, the likeliest for a text setting first: the schema picks. */
function* readings(text: string): Generator<unknown> {
  const plain = withoutQuotes(text);
  yield plain;
  yield scalar(plain);
  yield json(plain);
  const items = splitList(plain);
  yield items.map(scalar);
  yield items;
}

function scalar(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === 'true') return true;
  if (trimmed === 'false') return false;
  return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : text;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function splitList(text: string): string[] {
  const inner = text.trim().replace(/^\[(.*)\]$/s, '$1');
  return inner.trim() === '' ? [] : inner.split(',').map((item) => withoutQuotes(item.trim()));
}

function withoutQuotes(text: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(text);
  return quoted ? quoted[2] : text;
}
