import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../../generators/engine/parse-json.ts';
import { checkPreset } from '../../../generators/preset/check-preset.ts';
import { presetSchema } from '../../../generators/preset/preset-schema.ts';

const file = new URL('../../../schemas/preset.schema.json', import.meta.url);
const acme = new URL('../../support/acme-preset/preset.json', import.meta.url);

test('the schema for editors is the one that presets are checked by (UPDATE_EXPECTED=1 writes it)', () => {
  const text = `${JSON.stringify(presetSchema, undefined, 2)}\n`;
  if (process.env.UPDATE_EXPECTED === '1') writeFileSync(file, text);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('docs/presets.md shows the example as it is, and its one-file preset is sound', async () => {
  const page = readFileSync(new URL('../../../docs/presets.md', import.meta.url), 'utf8');
  for (const path of ['package.json', 'preset.json', 'files/quick.ts'])
    expect(page).toContain(`\n${readFileSync(new URL(path, acme), 'utf8')}\`\`\``);
  const first = /```json\n([\s\S]*?)```/.exec(page)![1];
  expect(checkPreset(parseJson(first, 'acme.json'), 'acme.json')).toMatchObject({ name: 'acme', locked: ['ci'] });
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  for (const key of Object.keys(presetSchema.properties))
    expect(
      rows.some((row) => row.includes(`\`${key}\``)),
      key,
    ).toBe(true);
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
