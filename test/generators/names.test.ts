import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { installedPackages } from '../../generators/app/package-json.ts';
import { planProject } from '../../generators/app/plan.ts';
import { conflictsWith, readDestination } from '../../generators/engine/destination.ts';
import { UsageError } from '../../generators/engine/exit.ts';
import { proposeName, refuseName } from '../../generators/engine/project-name.ts';
import { appInput, templates } from './app-input.ts';

describe('refuseName', () => {
  test.each(['a', 'digit-reader', 'my_app.v2', '3d-net', 'x'.repeat(100)])('allows %s', (name) => {
    expect(refuseName(name, installedPackages)).toBeUndefined();
  });

  test.each([
    ['', /lower-case letters/],
    ['My-App', /Try my-app\./],
    ["it's", /Try it-s\./],
    ['a"b', /Try a-b\./],
    ['<%= process.exit() %>', /Try process\.exit/],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the hostile name
    ['${HOME}', /Try home\./],
    ['two\nlines', /"two\\nlines".*Try two-lines\./],
    ['réseau', /Try reseau\./],
    ['🧠', /lower-case letters/],
    ['__proto__', /Try proto\./],
    ['.hidden', /Try hidden\./],
    ['-rf', /Try rf\./],
    ['name.', /Try name\./],
    ['con', /device on Windows. Try con-project/],
    ['lpt1.txt', /device on Windows/],
    ['node_modules', /reserved/],
    ['fs', /reserved/],
    ['vitest', /installs. Try my-vitest/],
    ['dl-project', /installs/],
    ['x'.repeat(101), /at most 100 characters; this one has 101/],
  ])('refuses %j and says what to type', (name, message) => {
    expect(refuseName(name, installedPackages)).toMatch(message);
  });

  test('allows nothing that any file would have to quote, and proposes only what it allows', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom('<%', '%>', '`', '\\', "'", '"', '\u2028', '../x', 'CON', 'aux.js'),
    );
    fc.assert(
      fc.property(hostile, (name) => {
        if (refuseName(name) === undefined) expect(name).toMatch(/^[a-z0-9][\w.-]*$/);
        const proposal = proposeName(name);
        if (proposal) expect(refuseName(proposal) ?? '').not.toMatch(/cannot be|at most|device|dot/);
      }),
      { numRuns: 300 },
    );
  });

  test('gives whatever it allows to every file that names the project', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,98}$/), (name) => {
        fc.pre(refuseName(name) === undefined);
        const files = planProject(appInput({}, { name }), templates);
        expect(JSON.parse(files.get('package.json')!).name).toBe(name);
        expect(files.get('config.ts')).toContain(`name: '${name}'`);
      }),
      { numRuns: 20 },
    );
  });
});

describe('readDestination', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'destination-'));
  const outside = mkdtempSync(join(tmpdir(), 'outside-'));
  symlinkSync(outside, join(cwd, 'link'));
  symlinkSync(join(cwd, 'nowhere'), join(cwd, 'dangling'));
  writeFileSync(join(cwd, 'a-file'), '');
  mkdirSync(join(cwd, 'folder'));

  test.each([
    ['digit-reader', 'digit-reader'],
    ['./packages/digits/', join('packages', 'digits')],
    [join(cwd, 'absolute'), 'absolute'],
    ['folder', 'folder'],
    ['.', ''],
  ])('takes %s', (typed, shown) => {
    if (typed === '.') expect(readDestination('.', join(cwd, 'folder'), [])).toMatchObject({ name: 'folder', shown });
    else expect(readDestination(typed, cwd, [])).toMatchObject({ folder: join(cwd, shown), shown });
  });

  test.each([
    ['..', /leaves the folder/],
    ['../sibling', /leaves the folder/],
    ['a/../../b', /leaves the folder/],
    [outside, /leaves the folder/],
    ['link/digits', /leaves the folder/],
    ['link', /leaves the folder/],
    ['dangling', /link that leads nowhere/],
    ['a-file', /is a file/],
    ['a-file/digits', /is a file/],
    ['what?/digits', /cannot be a folder's name/],
    ['line\nbreak/digits', /cannot be a folder's name/],
    ['nul\0byte', /is not a path/],
    ['', /is not a path/],
  ])('refuses %j', (typed, message) => {
    expect(() => readDestination(typed, cwd, [])).toThrow(message);
    expect(() => readDestination(typed, cwd, [])).toThrow(UsageError);
  });

  test('tells what would be replaced from what is in the way', () => {
    mkdirSync(join(cwd, 'full', 'README.md'), { recursive: true });
    writeFileSync(join(cwd, 'full', 'config.ts'), '');
    writeFileSync(join(cwd, 'full', 'src'), '');
    const conflicts = conflictsWith(join(cwd, 'full'), ['README.md', 'config.ts', 'src/train.ts', 'test/new.ts']);
    expect(conflicts).toEqual({ replaced: ['config.ts'], blocked: ['README.md', 'src'] });
  });
});
