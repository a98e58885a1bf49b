import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@babel/parser';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { flags } from '../../../generators/app/options.ts';
import { planProject } from '../../../generators/app/plan.ts';
import { modules } from '../../../generators/modules.ts';
import { readModuleName } from '../../../generators/project/module-name.ts';
import { appInput, templates } from '../app-input.ts';
import { ProjectFolder } from '../modules/project-folder.ts';
import { hostileText, hostileTexts } from './hostile-text.ts';
import { faultOf, WatchedPlace } from './watched-place.ts';

let place: WatchedPlace;
beforeEach(() => {
  place = new WatchedPlace();
});
afterEach(() => place.remove());

const valued = flags.filter(({ value }) => value);
const withoutEffects = ['--skip-install', '--skip-git'];

describe('making a project', () => {
  test('of any name and with any value of any flag ends with a plain yes or no, and touches nothing in a dry run', async () => {
    const flag = fc
      .tuple(fc.constantFrom(...flags.map(({ name }) => `--${name}`)), fc.option(hostileText))
      .map((words) => words.filter((word) => word !== null));
    const line = fc
      .tuple(fc.option(hostileText), fc.array(flag, { maxLength: 2 }))
      .map(([name, some]) => [...(name === null ? [] : [name]), ...some.flat()]);
    await fc.assert(
      fc.asyncProperty(line, async (words) => {
        const separator = words.indexOf('--');
        const argv = separator < 0 ? [...words, '--dry-run'] : words.toSpliced(separator, 0, '--dry-run');
        expect(faultOf(await place.run(argv))).toBe('');
      }),
      { numRuns: 2_000 },
    );
    expect(place.changed()).toEqual([]);
  });

  test.each(hostileTexts.map((text) => [text.slice(0, 30), text]))('of the name %j writes there or nowhere', async (_, name) => {
    const end = await place.run([name, ...withoutEffects]);
    expect(faultOf(end)).toBe('');
    const changed = place.changed();
    if (end.code !== 0) expect(changed).toEqual([]);
    else expect(changed).toHaveLength(1);
    for (const path of changed) expect(path.startsWith('a/b/here/')).toBe(true);
  });

  test.each(['link', 'link/app', 'dangling', 'dangling/app', 'a-file', 'a-file/app'])(
    'at %s, which leads elsewhere, is refused',
    async (name) => {
      const end = await place.run([name, ...withoutEffects, '--force']);
      expect(end.code).toBe(2);
      expect(faultOf(end)).toBe('');
      expect(place.changed()).toEqual([]);
    },
  );

  test('with any text for a flag writes that text where it belongs, and code that is still code', () => {
    const text = hostileText.filter((value) => !value.includes('\0') && value !== '');
    fc.assert(
      fc.property(text, text, (file, target) => {
        const files = planProject(appInput({ data: 'csv' }, { dataOptions: { file, target } }), templates);
        const source = files.get('config.ts')!;
        const strings = new Set(
          parse(source, { sourceType: 'module', plugins: ['typescript'], tokens: true }).tokens?.map(({ value }) => value),
        );
        expect(strings).toContain(file);
        expect(strings).toContain(target);
        expect(JSON.parse(files.get('.yo-rc.json')!)['create-dl-project'].dataOptions).toEqual({ file, target });
        const headings = files
          .get('README.md')!
          .split('\n')
          .filter((line) => line.startsWith('#'));
        expect(headings).toEqual(['# digit-reader', '## The data', '## Settings', '## Where things are']);
      }),
      { numRuns: 200 },
    );
  });

  test.each(valued.flatMap(({ name }) => hostileTexts.slice(0, 12).map((text) => [name, text.slice(0, 30), text])))(
    'with --%s %j makes it whole, or nothing',
    async (name, _, text) => {
      const end = await place.run(['my-app', `--${name}=${text}`, ...withoutEffects]);
      expect(faultOf(end)).toBe('');
      expect(place.changed()).toEqual(end.code === 0 ? ['a/b/here/my-app'] : []);
    },
  );

  test('in a folder whose name a shell would read otherwise says how to get there', async () => {
    mkdirSync(join(place.cwd, "it's $(here)"));
    expect((await place.run(["it's $(here)/app", ...withoutEffects])).out).toContain("cd 'it'\\''s $(here)/app'");
    expect((await place.run(['a b/app', ...withoutEffects])).out).toContain('cd "a b/app"');
    expect((await place.run(['plain/app', ...withoutEffects])).out).toContain('cd plain/app\n');
  });
});

describe('adding and removing', () => {
  test('any name of any kind is a name, or refused with a reason', () => {
    fc.assert(
      fc.property(hostileText, (typed) => {
        try {
          const { name, id } = readModuleName(typed, 'add callback');
          expect(name).toMatch(/^[a-z][a-z0-9-]{0,49}$/);
          new Function(`const ${id} = 0;`);
        } catch (error) {
          expect((error as Error).name).toBe('Error');
          expect((error as { exitCode?: number }).exitCode).toBe(2);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('leaves a project as it was where it refuses, and all around it always', async () => {
    const project = new ProjectFolder('digits', join(place.cwd, 'digits'));
    const before = project.snapshot();
    const kind = fc.constantFrom(...modules.map(({ name }) => name), '__proto__', 'app', '..');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('add', 'remove', 'list'), kind, hostileText, async (command, module, name) => {
        const end = await place.run([command, module, name, '--dry-run'], project.root);
        expect(faultOf(end)).toBe('');
      }),
      { numRuns: 500 },
    );
    expect(project.snapshot()).toEqual(before);
    expect(place.changed()).toEqual(['a/b/here/digits']);
  });
});

describe('a project whose memory was damaged', () => {
  let project: ProjectFolder;
  beforeEach(() => {
    project = new ProjectFolder('digits', join(place.cwd, 'digits'));
  });
  const commands = [
    ['list'],
    ['add', 'callback', 'one'],
    ['remove', 'callback', 'one'],
    ['remove', 'callback', '../../../evil'],
    ['add', 'model', 'two'],
  ];

  async function everyCommandEndsPlainly() {
    for (const argv of commands) {
      const end = await place.run(argv, project.root);
      expect(faultOf(end), argv.join(' ')).toBe('');
    }
    expect(faultOf(await place.run(['digits', ...withoutEffects]))).toBe('');
    expect(place.changed()).toEqual(['a/b/here/digits']);
  }

  test.each(['', 'not JSON', '5', 'null', '[]', '{}', '{"files":5}', '{"files":{"config.ts":5}}', '{"files":{"../../evil":"e"}}'])(
    'manifest.json: %j',
    async (text) => {
      await project.must('add', 'callback', 'one');
      project.write('.dl-project/manifest.json', text);
      await everyCommandEndsPlainly();
    },
  );

  test.each(['', 'not JSON', '5', 'null', '{"create-dl-project":5}', '{"create-dl-project":{}}', '{"create-dl-project":{"schema":1}}'])(
    '.yo-rc.json: %j',
    async (text) => {
      project.write('.yo-rc.json', text);
      await everyCommandEndsPlainly();
    },
  );

  test.each([
    '5',
    '[]',
    '{"callback":null}',
    '{"callback":5}',
    '{"callback":{"one":null}}',
    '{"callback":{"one":{}}}',
    '{"callback":{"../../../evil":{}}}',
    '{"callback":{"__proto__":{}}}',
    '{"__proto__":{"one":{}}}',
    '{"model":{"two":{"like":"../../evil"}}}',
  ])('the modules %s', async (text) => {
    const state = JSON.parse(project.read('.yo-rc.json'));
    state['create-dl-project'].modules = JSON.parse(text);
    project.write('.yo-rc.json', JSON.stringify(state));
    await everyCommandEndsPlainly();
  });

  test.each(['.yo-rc.json', '.dl-project/manifest.json', 'config.ts', 'src/callbacks/index.ts'])('%s is a folder', async (path) => {
    mkdirSync(join(project.root, `${path}.d`, 'x'), { recursive: true });
    const { renameSync } = await import('node:fs');
    renameSync(join(project.root, path), join(place.cwd, 'a-file'));
    renameSync(join(project.root, `${path}.d`), join(project.root, path));
    for (const argv of commands) expect(faultOf(await place.run(argv, project.root)), argv.join(' ')).toBe('');
    expect(faultOf(await place.run(['digits', ...withoutEffects]))).toBe('');
  });

  test('answers that no question has', async () => {
    const state = JSON.parse(project.read('.yo-rc.json'));
    state['create-dl-project'].answers = { task: '<%= 1 %>', data: 5, model: '__proto__', 'package-manager': '; evil' };
    project.write('.yo-rc.json', JSON.stringify(state));
    await everyCommandEndsPlainly();
  });

  test('a journal of a commit that names files elsewhere is not followed', async () => {
    const victim = join(place.outer, 'victim', 'config.ts');
    const stage = join(project.root, '.create-dl-project-1-00000000-AbCdEf');
    mkdirSync(join(stage, 'old'), { recursive: true });
    writeFileSync(join(stage, 'old', '0'), 'evil');
    const steps = [{ target: victim }, { target: join(place.cwd, 'evil') }, { target: join(place.cwd, 'link', 'new-file'), id: 'e' }];
    writeFileSync(join(stage, 'journal.json'), JSON.stringify({ steps: [...steps, 5, null], folders: [join(place.outer, 'victim'), 5] }));
    const { utimesSync } = await import('node:fs');
    utimesSync(stage, 0, 0);
    expect(faultOf(await place.run(['digits', ...withoutEffects]))).toBe('');
    expect(place.changed()).toEqual(['a/b/here/digits']);
    expect(readFileSync(victim, 'utf8')).toBe('precious');
  });
});
