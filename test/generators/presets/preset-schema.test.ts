import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { presetSchema } from '../../../generators/preset/preset-schema.ts';

const file = new URL('../../../schemas/preset.schema.json', import.meta.url);
const acme = new URL('../../support/acme-preset/preset.json', import.meta.url);

test('the schema for editors is the one that presets are checked by (UPDATE_EXPECTED=1 writes it)', () => {
  const text = `${JSON.stringify(presetSchema, undefined, 2)}\n`;
  if (process.env.UPDATE_EXPECTED === '1') writeFileSync(file, text);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('it takes the example of docs/presets.md, and refuses what the generator refuses', () => {
  const schema = z.fromJSONSchema(presetSchema as never);
  const example = JSON.parse(readFileSync(acme, 'utf8'));
  expect(schema.safeParse(example).error).toBeUndefined();
  const wrong = [
    { schema: 2 },
    { anwsers: {} },
    { answers: { model: 'lenet' } },
    { locked: ['licences'] },
    { files: { a: 1 } },
    { name: '' },
  ];
  for (const changes of wrong) expect(schema.safeParse({ ...example, ...changes }).success, JSON.stringify(changes)).toBe(false);
});
