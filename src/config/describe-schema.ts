import { z } from 'zod';

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

const nouns: Readonly<Record<string, string>> = {
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  string: 'text',
  array: 'list',
  object: 'object',
  null: 'null',
};

/** What a schema admits, in few words: `whole number`, `list of numbers`, `adam or sgd`. */
export function describeSchema(schema: z.ZodType): string {
  return describe(toJson(schema));
}

/** The same with an article and the allowed range, to follow "must be": `a number from 0 to 1`. */
export function describeAllowed(schema: z.ZodType): string {
  const json = toJson(schema);
  const words = describe(json) + describeRange(json);
  return /^(whole number|number|list|object)/.test(words) ? `a${/^object/.test(words) ? 'n' : ''} ${words}` : words;
}

function toJson(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as JsonSchema;
}

function describe(json: JsonSchema): string {
  if (json.enum) return json.enum.map(String).join(' or ');
  if (json.const !== undefined) return String(json.const);
  if (json.anyOf) return json.anyOf.map(describe).join(' or ');
  if (json.type === 'array') return describeList(json.items);
  if (typeof json.additionalProperties === 'object' && json.additionalProperties.type === 'number') return 'object of numbers';
  const types = [json.type ?? []].flat();
  return types.length > 0 ? types.map((type) => nouns[type] ?? type).join(' or ') : 'any value';
}

function describeList(items: JsonSchema | undefined): string {
  const item = items?.type === 'string' && items.enum ? describe(items) : items && describe(items);
  if (item === undefined || item === 'any value') return 'list';
  return items?.type === 'string' && !items.enum ? 'list of texts' : `list of ${item.replace(/number$/, 'numbers')}`;
}

function describeRange(json: JsonSchema): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = json;
  const above = exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum}`;
  const below = exclusiveMaximum === undefined ? '' : ` below ${exclusiveMaximum}`;
  const low = minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const high = maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (low !== undefined && high !== undefined) return ` from ${low} to ${high}`;
  if (low !== undefined) return `${` of at least ${low}`}${below && ` and${below}`}`;
  if (high !== undefined) return `${above}${above && ' and'} of at most ${high}`;
  return above && below ? `${above} and${below}` : above || below;
}
