import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { blobId } from '../../../generators/engine/manifest.ts';
import { modules } from '../../../generators/modules.ts';
import { presets } from '../presets.ts';
import { newName } from './module-choices.ts';
import { ProjectFolder } from './project-folder.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const kept = Object.keys(presets);

describe.each(modules)('$name', ({ name, summary, folder: place }) => {
  test.each(kept)('in %s: what add writes is in the manifest, twice is harmless, remove gives every byte back', async (preset) => {
    const project = new ProjectFolder(preset);
    const before = project.snapshot();
    await project.must('add', name, newName);
    const after = project.snapshot();
    const created = [...after.keys()].filter((path) => !before.has(path));
    const [testFile, ...own] = created.sort((a, b) => Number(b.startsWith('test/')) - Number(a.startsWith('test/')));
    expect(testFile).toBe(`test/${place.replace('src/', '')}/${newName}.test.ts`);
    if (name !== 'deploy') expect(own).toEqual([`${place}/${newName}.ts`]);
    for (const path of own) expect(path).toMatch(new RegExp(`^${place}/${newName}[./]`));
    const manifest = JSON.parse(project.read('.dl-project/manifest.json')).files;
    for (const path of created) expect(manifest[path]).toBe(blobId(project.read(path)));

    expect(await project.must('add', name, newName)).toContain('is there already');
    expect(project.snapshot()).toEqual(after);
    await project.must('remove', name, newName);
    expect(project.snapshot()).toEqual(before);
  });

  test('has its two folders, its line in the help, and its row in docs/generator.md', async () => {
    expect(existsSync(join(root, 'templates', name))).toBe(true);
    expect(existsSync(join(root, 'generators', name, 'generator.ts'))).toBe(true);
    expect(await new ProjectFolder().must('add', '--help')).toContain(summary);
    expect(readFileSync(join(root, 'docs/generator.md'), 'utf8')).toContain(`| \`${name}\` |`);
  });
});
