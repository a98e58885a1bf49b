import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planProject } from '../../generators/app/plan.ts';
import { questions } from '../../generators/app/questions.ts';
import { manifestPath } from '../../generators/engine/manifest.ts';
import { packageManagers, scriptCommand } from '../../generators/engine/package-manager.ts';
import type { GivenAnswers } from '../../generators/engine/questions.ts';
import { appInput, everyPair, templates } from './app-input.ts';

describe.each(everyPair())('a project for %o', (answers) => {
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

test('remembers in .yo-rc.json what it was made from, every answer by the name of its question', () => {
  const answers = { data: 'csv', goal: 'later', 'package-manager': 'pnpm', licence: 'MIT' };
  const input = appInput(answers, { dataOptions: { file: 'rows.csv' }, packageManagerVersion: '10.34.9' });
  const state = JSON.parse(planProject(input, templates).get('.yo-rc.json')!)['create-dl-project'];
  expect(Object.keys(state.answers)).toEqual(
    questions
      .filter(({ once }) => !once)
      .map(({ name }) => name)
      .sort(),
  );
  const remembered = { name: input.name, packages: input.packages, dataOptions: {}, ...state };
  expect(planProject(remembered, templates)).toEqual(planProject(input, templates));
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

describe('what only some projects have', () => {
  const files = (answers: GivenAnswers, changes = {}) => planProject(appInput(answers, changes), templates);
  const packageJson = (answers: GivenAnswers, changes = {}) => JSON.parse(files(answers, changes).get('package.json')!);

  test('each package manager is told in its own way which install script may run', () => {
    expect(packageJson({}).allowScripts).toEqual({ esbuild: true });
    expect(files({ 'package-manager': 'pnpm' }).get('pnpm-workspace.yaml')).toMatch(/onlyBuiltDependencies:.*\n {2}- esbuild\nallowBuilds/);
    expect(files({ 'package-manager': 'yarn' }).get('.yarnrc.yml')).toContain('nodeLinker: node-modules');
    expect(packageJson({ 'package-manager': 'yarn' }).dependenciesMeta).toEqual({ esbuild: { built: true } });
    expect(packageJson({ 'package-manager': 'bun' }).trustedDependencies).toEqual(['esbuild']);
  });

  test.each(packageManagers)('a project of %s names no other package manager', (name) => {
    const others = packageManagers.filter((one) => one !== name);
    for (const [path, text] of files({ 'package-manager': name, ci: 'none' })) {
      if (/^\.dl-project|^src\//.test(path)) continue;
      expect(text, path).not.toMatch(new RegExp(`\\b(${others.join('|')})\\b(?! 1 has no other way)`));
    }
  });

  test('the version of yarn, whose lock files differ, where it is known', () => {
    expect(packageJson({ 'package-manager': 'yarn' }, { packageManagerVersion: '4.18.1' }).packageManager).toBe('yarn@4.18.1');
    expect(packageJson({ 'package-manager': 'yarn' })).not.toHaveProperty('packageManager');
    expect(packageJson({ 'package-manager': 'pnpm' }, { packageManagerVersion: '10.34.9' })).not.toHaveProperty('packageManager');
  });

  test.each([
    ['npm', undefined, 'npm ci'],
    ['pnpm', '10.34.9', 'npm install --global pnpm@10.34.9\npnpm install --frozen-lockfile'],
    ['yarn', undefined, 'npm install --global --force yarn\nyarn install --frozen-lockfile'],
    ['yarn', '4.18.1', 'npm install --global --force @yarnpkg/cli-dist@4.18.1\nyarn install --immutable'],
    ['bun', undefined, 'npm install --global bun\nbun install --frozen-lockfile'],
  ] as const)(
    'a CI file that installs by %s %s from the lock file, checks, tests and trains a little',
    (name, packageManagerVersion, install) => {
      const changes = packageManagerVersion ? { packageManagerVersion } : {};
      const steps = [...install.split('\n'), ...['check', 'test', 'train fast-dev-run'].map((script) => scriptCommand(name, script))];
      const github = files({ ci: 'github', 'package-manager': name }, changes).get('.github/workflows/ci.yml')!;
      expect([...github.matchAll(/- run: (.+)/g)].map(([, command]) => command)).toEqual(steps);
      const gitlab = files({ ci: 'gitlab', 'package-manager': name }, changes).get('.gitlab-ci.yml')!;
      expect(gitlab.slice(gitlab.indexOf('script:'))).toBe(`script:\n${steps.map((step) => `    - ${step}\n`).join('')}`);
    },
  );

  test('a CI file that does not train on data that git does not have', () => {
    expect(files({ ci: 'github', data: 'csv' }).get('.github/workflows/ci.yml')).not.toMatch(/fast-dev-run|training/);
  });

  test.each(['MIT', 'Apache-2.0'])('the licence %s, with its holder', (licence) => {
    expect(files({ licence }).get('LICENSE')).toContain('2026 Ada Lovelace\n');
    expect(packageJson({ licence })).toMatchObject({ license: licence, private: true });
    expect(files({ licence }).get('README.md')).toContain(`Licence: ${licence}`);
    expect(files({}).has('LICENSE')).toBe(false);
  });
});
