import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planProject } from '../../generators/app/plan.ts';
import { readTemplates } from '../../generators/engine/templates.ts';
import { templates } from './app-input.ts';
import { keptInput, presets } from './presets.ts';

/** `UPDATE_EXPECTED=1 npx vitest run --project generators` writes the projects anew; read the difference before you commit it. */
const update = process.env.UPDATE_EXPECTED === '1';

describe.each(Object.keys(presets))('test/expected/%s', (preset) => {
  const folder = new URL(`../expected/${preset}/`, import.meta.url);
  const files = planProject(keptInput(preset), templates);

  test('is what the templates give, file by file', () => {
    if (update) {
      rmSync(folder, { recursive: true, force: true });
      for (const [path, text] of files) {
        const file = new URL(path, folder);
        mkdirSync(dirname(file.pathname), { recursive: true });
        writeFileSync(file, text);
      }
    }
    const expected = readTemplates(folder);
    expect([...files.keys()]).toEqual([...expected.keys()]);
    for (const [path, text] of files) expect(text, path).toBe(expected.get(path));
  });
});
