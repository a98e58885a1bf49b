import { expect, it } from 'vitest';
import { z } from 'zod';
import { describeAllowed, describeSchema } from '../../../src/config/describe-schema.ts';
import { schemaFromDefault } from '../../../src/config/option-schema.ts';

it.each<[z.ZodType, string, string]>([
  [z.number(), 'number', 'a number'],
  [z.int(), 'whole number', 'a whole number'],
  [z.int().min(1), 'whole number', 'a whole number of at least 1'],
  [z.number().min(0).max(1), 'number', 'a number from 0 to 1'],
  [z.number().min(0).lt(1), 'number', 'a number of at least 0 and below 1'],
  [z.number().positive(), 'number', 'a number above 0'],
  [z.number().positive().lt(1), 'number', 'a number above 0 and below 1'],
  [z.number().positive().max(1), 'number', 'a number above 0 and of at most 1'],
  [z.number().max(1), 'number', 'a number of at most 1'],
  [z.boolean(), 'true or false', 'true or false'],
  [z.string(), 'text', 'text'],
  [z.enum(['valid', 'same']), 'valid or same', 'valid or same'],
  [z.union([z.number(), z.literal('auto')]), 'number or auto', 'a number or auto'],
  [z.array(z.number()), 'list of numbers', 'a list of numbers'],
  [z.array(z.int()), 'list of whole numbers', 'a list of whole numbers'],
  [z.array(z.string()), 'list of texts', 'a list of texts'],
  [z.array(z.enum(['a', 'b'])), 'list of a or b', 'a list of a or b'],
  [schemaFromDefault([]), 'list', 'a list'],
  [schemaFromDefault({}), 'object', 'an object'],
  [z.custom((value) => value === 1), 'any value', 'any value'],
])('describes %#: %j', (schema, words, allowed) => {
  expect(describeSchema(schema)).toBe(words);
  expect(describeAllowed(schema)).toBe(allowed);
});
