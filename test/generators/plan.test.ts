import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planProject } from '../../generators/app/plan.ts';
import { manifestPath } from '../../generators/engine/manifest.ts';
import { appInput, everyCombination, templates } from './app-input.ts';

describe.each(everyCombination())('a project for %o', (answers) => {
  const input = appInput(answers);
  const files = planProject(input, templates);

  test('has no template tag left and ends every file with one newline', () => {
    for (const [path, text] of files) {
      expect(path).not.toMatch(/\.ejs$|(^|\/)_/);
      expect(text, path).not.toMatch(/<%|%>|undefined|\[object/);
      expect(text, path).toMatch(/[^\n]\n$/);
      expect(text, path).not.toMatch(/[ \t]$/m);
    }
  });

  test('has the chosen dataset and model, and no other', () => {
    const paths = [...files.keys()];
    expect(paths.filter((path) => path.startsWith('src/data/'))).toEqual(['src/data/index.ts', `src/data/${input.answers.data}.ts`].sort());
    expect(paths.filter((path) => path.startsWith('src/models/'))).toEqual(
      ['src/models/index.ts', `src/models/${input.answers.model}.ts`].sort(),
    );
  });

  test('names a recipe that is there', () => {
    const recipe = /recipe: '([^']+)'/.exec(files.get('config.ts')!)![1];
    expect([...files.keys()]).toContain(`compression/${recipe}.ts`);
  });

  test('has an experiment that trains less, on less data where it is drawn', () => {
    const text = files.get('experiments/quick.ts')!;
    const epochs = (from: string) => Number(/epochs: (\d+)/.exec(from)![1]);
    expect(epochs(text)).toBeLessThan(epochs(files.get('config.ts')!));
    expect(/data: \{ (\w+): \d+ \}/.exec(text)?.[1]).toBe(
      input.answers.data === 'synthetic-digits' ? 'trainImages' : input.answers.data.startsWith('synthetic-') ? 'rows' : undefined,
    );
  });

  test('installs every package its files import, and runs only files it has', () => {
    const { dependencies, devDependencies, scripts } = JSON.parse(files.get('package.json')!);
    const installed = Object.keys({ ...dependencies, ...devDependencies });
    for (const [path, text] of files) {
      if (!path.endsWith('.ts')) continue;
      for (const [, name] of text.matchAll(/from '((?:@[^/']+\/)?[^./'][^/']*)/g))
        if (!name.startsWith('node:')) expect(installed, path).toContain(name);
    }
    for (const [, path] of Object.values<string>(scripts)
      .join('\n')
      .matchAll(/tsx (\S+)/g))
      expect([...files.keys()]).toContain(path);
  });
});

test('lists in the manifest what git calls every other file', () => {
  const files = planProject(appInput(), templates);
  const { files: ids } = JSON.parse(files.get(manifestPath)!);
  expect(Object.keys(ids)).toEqual([...files.keys()].filter((path) => path !== manifestPath));
  const path = 'config.ts';
  expect(ids[path]).toBe(execFileSync('git', ['hash-object', '--stdin'], { input: files.get(path), encoding: 'utf8' }).trim());
});

test('remembers in .yo-rc.json what it was made from', () => {
  const input = appInput({ data: 'csv', goal: 'later' }, { dataOptions: { file: 'rows.csv' }, packageManager: 'pnpm' });
  const state = JSON.parse(planProject(input, templates).get('.yo-rc.json')!)['create-dl-project'];
  expect(planProject({ ...input, ...state }, templates)).toEqual(planProject(input, templates));
});

test('depends on nothing but its input, whatever the order of the templates', () => {
  const reversed = new Map([...templates].reverse());
  expect([...planProject(appInput(), reversed)]).toEqual([...planProject(appInput(), templates)]);
});

test('keeps any path and column name intact in config.ts', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (folder) => {
      const config = planProject(appInput({ data: 'idx' }, { dataOptions: { folder } }), templates).get('config.ts')!;
      const literal = /folder: ('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/.exec(config)![1];
      expect(new Function(`return ${literal}`)()).toBe(folder);
    }),
    { numRuns: 30 },
  );
});

test('writes what pnpm and bun need only for them', () => {
  const paths = (packageManager: 'npm' | 'pnpm' | 'bun') => planProject(appInput({}, { packageManager }), templates);
  expect(paths('npm').has('pnpm-workspace.yaml')).toBe(false);
  expect(paths('pnpm').get('pnpm-workspace.yaml')).toContain('esbuild');
  expect(JSON.parse(paths('bun').get('package.json')!).trustedDependencies).toEqual(['esbuild']);
});
