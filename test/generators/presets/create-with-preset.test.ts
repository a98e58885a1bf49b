import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { flags as appFlags } from '../../../generators/app/options.ts';
import { questions } from '../../../generators/app/questions.ts';
import { readRequest } from '../../../generators/app/request.ts';
import { parseFlags } from '../../../generators/engine/flags.ts';
import { choicesOf } from '../../../generators/engine/questions.ts';
import { main } from '../../../generators/main.ts';
import { snapshotFolder } from '../snapshot-folder.ts';

const acme = fileURLToPath(new URL('../../support/acme-preset', import.meta.url));
const bench = mkdtempSync(join(tmpdir(), 'with-preset-'));
afterAll(() => rmSync(bench, { recursive: true }));
let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(bench, 'cwd-'));
});

/** Runs the command without a terminal. */
async function run(...argv: string[]) {
  const [said, failed]: [string[], string[]] = [[], []];
  const print = (text: string) => said.push(text);
  const terminal = { cwd, environment: {}, isTerminal: false, columns: 80, print, printError: (text: string) => failed.push(text) };
  const code = await main(argv, terminal);
  return { code, out: said.join('\n'), error: failed.join('\n') };
}

const create = (...flags: string[]) => run('app', '--skip-install', '--skip-git', ...flags);
const read = (path: string) => readFileSync(join(cwd, 'app', path), 'utf8');
const remembered = () => JSON.parse(read('.yo-rc.json'))['create-dl-project'];

/** Writes a preset file into the current folder. */
function writePreset(changes: object = {}, name = 'acme.json'): string {
  const content = { schema: 1, name: 'acme', version: '1.0.0', answers: { ci: 'gitlab', model: 'mlp' }, locked: ['ci'], ...changes };
  writeFileSync(join(cwd, name), JSON.stringify(content));
  return `./${name}`;
}

/** What every source of the same preset gives. */
function expectAcme() {
  expect(read('.editorconfig')).toContain('root = true');
  expect(read('experiments/quick.ts')).toContain('every night');
  expect(read('docs/owners.md')).toBe('app is kept by the data team: data@acme.example.\n');
  expect(JSON.parse(read('package.json'))).toMatchObject({
    name: 'app',
    repository: 'https://git.acme.example/ml/app',
    scripts: { train: 'tsx src/train.ts', nightly: 'tsx src/train.ts experiment=quick' },
  });
  expect(remembered()).toMatchObject({ answers: { ci: 'github', licence: 'MIT', 'package-manager': 'pnpm', data: 'synthetic-machines' } });
  const { files, owners } = JSON.parse(read('.dl-project/manifest.json'));
  expect(Object.keys(files)).toContain('docs/owners.md');
  expect(owners).toEqual({
    '.editorconfig': 'preset',
    'docs/owners.md': 'preset',
    'experiments/quick.ts': 'preset',
    'package.json': 'shared',
  });
}

describe('the sources of a preset', () => {
  const tarball = join(bench, 'acme-dl-preset-1.2.0.tgz');
  let integrity: string;
  beforeAll(() => {
    const printed = execFileSync('npm', ['pack', '--json', '--pack-destination', bench], { cwd: acme, encoding: 'utf8' });
    integrity = JSON.parse(printed)[0].integrity;
  }, 60_000);

  test('a folder', async () => {
    cpSync(acme, join(cwd, 'acme-preset'), { recursive: true });
    const { code, out, error } = await create('--preset', 'acme-preset');
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toMatch(/preset {4}@acme\/dl-preset 1.2.0\n {2}ci {8}github {4}locked by @acme\/dl-preset\n {2}licence {3}MIT/);
    expect(out).toMatch(/app {3}\d+ files, preset @acme\/dl-preset 1.2.0/);
    expectAcme();
    expect(remembered().preset).toEqual({ name: '@acme/dl-preset', version: '1.2.0', source: 'file:../acme-preset' });
  });

  test('a tarball, with the integrity that npm prints', async () => {
    cpSync(tarball, join(cwd, 'acme.tgz'));
    expect((await create('--preset', 'file:acme.tgz')).error).toBe('');
    expectAcme();
    expect(remembered().preset).toEqual({ integrity, name: '@acme/dl-preset', version: '1.2.0', source: 'file:../acme.tgz' });
  });

  test.each(['@acme/dl-preset', '@acme/dl-preset@1.2.0'])('an installed package, named %s', async (spec) => {
    mkdirSync(join(cwd, 'node_modules', '@acme'), { recursive: true });
    symlinkSync(acme, join(cwd, 'node_modules', '@acme', 'dl-preset')); // as pnpm and npm link put it there
    expect((await create('--preset', spec)).error).toBe('');
    expectAcme();
    expect(remembered().preset).toEqual({ name: '@acme/dl-preset', version: '1.2.0', source: '@acme/dl-preset' });
  });

  test('a package of the registry that .npmrc names, fetched by npm; its scripts do not run', async () => {
    const server = createServer((request, response) => {
      const address = `http://localhost:${(server.address() as AddressInfo).port}`;
      if (request.url?.endsWith('.tgz')) return response.end(readFileSync(tarball));
      if (!/^\/@acme(%2f|\/)dl-preset$/i.test(request.url ?? '')) return response.writeHead(404).end('{}');
      const one = { name: '@acme/dl-preset', version: '1.2.0', dist: { tarball: `${address}/acme.tgz`, integrity } };
      return response.end(JSON.stringify({ name: one.name, 'dist-tags': { latest: '1.2.0' }, versions: { '1.2.0': one } }));
    });
    await new Promise<void>((listening) => server.listen(0, listening));
    try {
      const address = `http://localhost:${(server.address() as AddressInfo).port}`;
      writeFileSync(join(cwd, 'package.json'), '{}');
      writeFileSync(join(cwd, '.npmrc'), `@acme:registry=${address}/\n`);
      expect((await create('--preset', '@acme/dl-preset')).error).toBe('');
      expectAcme();
      expect(remembered().preset).toEqual({ integrity, name: '@acme/dl-preset', version: '1.2.0', source: '@acme/dl-preset' });
      const before = snapshotFolder(join(cwd, 'app'));
      expect(await create()).toMatchObject({ code: 0, error: '' });
      expect(snapshotFolder(join(cwd, 'app'))).toEqual(before);
      const missing = await run('other', '--preset', '@acme/dl-preset@7.0.0');
      expect(missing).toMatchObject({
        code: 2,
        error: expect.stringMatching(/could not be fetched: the registry has the package, but not this/),
      });
      const unknown = await run('other', '--preset', '@acme/nothing');
      expect(unknown.error).toMatch(/Preset @acme\/nothing could not be fetched: the registry has no such package/);
    } finally {
      server.close();
    }
    const offline = await run('other', '--preset', '@acme/never-asked-for'); // npm has the others in its cache
    expect(offline).toMatchObject({ code: 2, error: expect.stringMatching(/the registry cannot be reached from here/) });
    expect(readdirSync(cwd).sort()).toEqual(['.npmrc', 'app', 'package.json']);
  });

  test.each([
    ['./nowhere.json', /there is no "\.\/nowhere.json"/],
    ['git+ssh://x/y.git', /--preset is "git\+ssh:.*; it is a JSON file .* a package/],
    ['@acme/dl-preset@^1 || rm', /--preset is /],
    ['broken.tgz', /"broken.tgz" is no tarball of a package/],
    ['empty', /empty\/preset.json|empty.*there is no preset.json in it/],
    ['other', /name is "@acme\/other", but package.json says other. Leave it out here/],
  ])('%s is refused', async (spec, message) => {
    writeFileSync(join(cwd, 'broken.tgz'), 'no tarball');
    mkdirSync(join(cwd, 'empty'));
    mkdirSync(join(cwd, 'other'));
    writeFileSync(join(cwd, 'other', 'package.json'), '{ "name": "other", "version": "1.0.0" }');
    writeFileSync(join(cwd, 'other', 'preset.json'), '{ "schema": 1, "name": "@acme/other" }');
    const { code, error } = await create('--preset', spec);
    expect(error).toMatch(message);
    expect(code).toBe(2);
    expect(existsSync(join(cwd, 'app'))).toBe(false);
  });
});

describe('who is right', () => {
  test('a flag before an answer of the preset, which comes before a default', async () => {
    await create('--preset', writePreset({ answers: { model: 'mlp', goal: 'later' }, locked: [] }), '--model', 'lenet5');
    expect(remembered().answers).toMatchObject({ model: 'lenet5', goal: 'later', ci: 'none' });
  });

  test('an answer that does not go with a flag yields to it', async () => {
    await create('--preset', writePreset({ answers: { model: 'lenet5' }, locked: [] }), '--data', 'iris');
    expect(remembered().answers).toMatchObject({ data: 'iris', model: 'mlp' });
  });

  test('a flag against what is locked is refused, by whose lock', async () => {
    const preset = writePreset();
    const { code, error } = await create('--preset', preset, '--ci', 'none');
    expect(error).toContain('--ci none: preset acme locks ci to gitlab. Leave the flag out.');
    expect(code).toBe(2);
    expect(await create('--preset', preset, '--ci', 'gitlab')).toMatchObject({ code: 0 });
  });

  test('a flag that does not go with what is locked too', async () => {
    const { code, error } = await create('--preset', writePreset({ answers: { data: 'iris' }, locked: ['data'] }), '--model', 'lenet5');
    expect(error).toMatch(/do not go together[\s\S]*Preset acme locks: --data iris/);
    expect(code).toBe(2);
  });

  test('a file that would be lost on some systems is refused', async () => {
    for (const path of ['readme.md', 'src', 'README.md/x'])
      expect((await create('--preset', writePreset({ files: { [path]: { text: '' } } }))).error).toMatch(/which cannot lie beside/);
  });
});

describe('in a terminal', () => {
  /** What is asked and what is shown first, without asking. */
  async function asking(preset: string, ...flags: string[]) {
    const parsed = parseFlags(['app', '--preset', preset, ...flags], appFlags);
    const { given, asking } = await readRequest(parsed, { cwd, environment: {}, isTerminal: true }, '1.2.3');
    return { given, preferred: asking.preferred! };
  }

  test('what is locked is not asked; what is answered is the first choice', async () => {
    const { given, preferred } = await asking(writePreset({ answers: { data: 'iris', goal: 'later', ci: 'gitlab' } }));
    expect(given).toEqual({ ci: 'gitlab', 'package-manager': 'npm' });
    expect(preferred).toMatchObject({ task: 'classify-rows', data: 'iris', model: 'mlp', goal: 'later' });
    expect(choicesOf(questions[0], given, preferred)[0].value).toBe('classify-rows'); // what the data is for
  });

  test("a package manager of the team's comes before the one that called", async () => {
    const preset = writePreset({ answers: { 'package-manager': 'pnpm', ci: 'none' } });
    expect((await asking(preset)).given['package-manager']).toBe('pnpm');
    expect((await asking(preset, '--ask-all')).preferred['package-manager']).toBe('pnpm');
    expect((await asking(preset, '--package-manager', 'bun')).given['package-manager']).toBe('bun');
  });

  test('a locked --install no leaves --git open', async () => {
    const preset = writePreset({ answers: { install: 'no' }, locked: ['install'] });
    expect((await asking(preset, '--git', 'yes')).given).toMatchObject({ install: 'no', git: 'yes' });
    await expect(asking(preset, '--install', 'yes')).rejects.toThrow(/locks install to no/);
  });
});

describe('creating again', () => {
  const files = { 'README.md': { text: '# {{project-name}}\n\nOurs.\n' }, 'docs/a.md': { text: 'one\ntwo\nthree\nfour\n' } };

  test('takes the remembered preset: nothing changes', async () => {
    await create('--preset', writePreset({ files }));
    const before = snapshotFolder(cwd);
    const { code, out } = await create();
    expect(code).toBe(0);
    expect(out).toContain('preset    acme 1.0.0\n');
    expect(snapshotFolder(cwd)).toEqual(before);
  });

  test('keeps what the project chose, unless it is locked now', async () => {
    await create('--preset', writePreset(), '--model', 'lenet5', '--licence', 'MIT');
    const preset = writePreset({ version: '1.1.0', answers: { ci: 'gitlab', model: 'mlp', licence: 'Apache-2.0' }, locked: ['licence'] });
    const { out } = await create('--preset', preset);
    expect(out).toContain('preset    acme 1.0.0 -> acme 1.1.0');
    expect(remembered()).toMatchObject({ answers: { model: 'lenet5', licence: 'Apache-2.0' }, preset: { version: '1.1.0' } });
  });

  test('merges a new version of its files with edits, without a history', async () => {
    await create('--preset', writePreset({ files }, 'old.json'));
    writeFileSync(join(cwd, 'app', 'docs', 'a.md'), 'one\ntwo\nthree\nfour, mine\n');
    const next = { ...files, 'docs/a.md': { text: 'one, theirs\ntwo\nthree\nfour\n' } };
    expect(await create('--preset', writePreset({ version: '2.0.0', files: next }))).toMatchObject({ code: 0, error: '' });
    expect(read('docs/a.md')).toBe('one, theirs\ntwo\nthree\nfour, mine\n');
  });

  test('with another preset switches, and with none leaves: files nobody touched go', async () => {
    await create('--preset', writePreset({ files }));
    const other = writePreset({ name: 'umbrella', answers: { ci: 'github' }, files: { 'docs/b.md': { text: 'b' } } }, 'umbrella.json');
    expect((await create('--preset', other)).out).toContain('preset    acme 1.0.0 -> umbrella 1.0.0');
    expect(existsSync(join(cwd, 'app', 'docs', 'a.md'))).toBe(false);
    expect(read('README.md')).not.toContain('Ours.');
    expect(remembered().answers.ci).toBe('github');
    rmSync(join(cwd, 'umbrella.json'));
    expect((await create('--preset', 'none')).out).toContain('preset    umbrella 1.0.0 -> none');
    expect(existsSync(join(cwd, 'app', 'docs'))).toBe(false);
    expect(remembered().preset).toBeUndefined();
    expect(JSON.parse(read('.dl-project/manifest.json')).owners).toBeUndefined();
  });

  test('says so where the remembered preset is gone, and what to type', async () => {
    await create('--preset', writePreset());
    renameSync(join(cwd, 'acme.json'), join(cwd, 'moved.json'));
    const { code, error } = await create();
    expect(error).toMatch(/made with preset acme 1.0.0, which cannot be had any more.[\s\S]*there is no[\s\S]*--preset none/);
    expect(code).toBe(2);
    expect(await create('--preset', './moved.json')).toMatchObject({ code: 0 });
    expect(remembered().preset.source).toBe('file:../moved.json');
  });

  test('refuses a tarball of the same version and another content', async () => {
    cpSync(acme, join(cwd, 'source'), { recursive: true });
    const pack = () => execFileSync('npm', ['pack', '--silent', '--pack-destination', cwd], { cwd: join(cwd, 'source') });
    pack();
    await create('--preset', './acme-dl-preset-1.2.0.tgz');
    writeFileSync(join(cwd, 'source', 'files', 'editorconfig'), 'root = false\n');
    pack();
    expect((await create()).error).toMatch(/is not what this project was made with/);
    expect(await create('--preset', './acme-dl-preset-1.2.0.tgz')).toMatchObject({ code: 0 });
    expect(read('.editorconfig')).toBe('root = false\n');
  });
});

describe('what is said', () => {
  test('--dry-run names the preset and the owners, and touches nothing', async () => {
    const { code, out } = await create('--dry-run', '--preset', acme);
    expect(code).toBe(0);
    expect(out).toMatch(/ci +github +locked by @acme\/dl-preset/);
    expect(out).toContain('would create app/.editorconfig  (preset)');
    expect(out).toContain('would create app/package.json  (template and preset)');
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('--json has the preset, its locks and the owners', async () => {
    const { out } = await create('--json', '--preset', acme);
    const { name, version, locked, owners } = JSON.parse(out).preset;
    expect({ name, version, locked }).toEqual({ name: '@acme/dl-preset', version: '1.2.0', locked: { ci: 'github', licence: 'MIT' } });
    expect(owners).toMatchObject({ 'docs/owners.md': 'preset', 'package.json': 'shared' });
  });

  test('list shows the preset of the project', async () => {
    await create('--preset', writePreset());
    cwd = join(cwd, 'app');
    expect((await run('list')).out).toMatch(/preset {6}acme 1.0.0/);
    expect(JSON.parse((await run('list', '--json')).out).preset).toEqual({ name: 'acme', version: '1.0.0' });
  });

  test('a module added later keeps the owners', async () => {
    await create('--preset', acme);
    const owners = () => JSON.parse(read('.dl-project/manifest.json')).owners;
    const before = owners();
    const outside = cwd;
    cwd = join(cwd, 'app');
    expect(await run('add', 'callback', 'slack')).toMatchObject({ code: 0 });
    cwd = outside;
    expect(owners()).toEqual(before);
  });
});
