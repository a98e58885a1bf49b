import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { create } from 'tar';
import { afterAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../../generators/engine/exit.ts';
import { loadPreset } from '../../../generators/preset/load-preset.ts';

const place = mkdtempSync(join(tmpdir(), 'presets-'));
afterAll(() => rmSync(place, { recursive: true }));
let count = 0;

/** Loads a preset with this text, with these files beside it. */
function load(text: string, files: Readonly<Record<string, string | Buffer>> = {}) {
  const folder = join(place, `${count++}`);
  for (const [path, content] of Object.entries({ 'acme.json': text, ...files })) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return loadPreset('./acme.json', { cwd: folder, folder: join(folder, 'app') });
}

const sound = { schema: 1, name: '@acme/dl-preset', version: '1.2.0' };
const loadWith = (changes: object, files?: Readonly<Record<string, string | Buffer>>) =>
  load(JSON.stringify({ ...sound, ...changes }), files);

test('a sound preset is read with its files, line ends as in our templates', async () => {
  const preset = await loadWith(
    { answers: { ci: 'github', model: 'mlp' }, locked: ['ci'], files: { 'docs/a.md': { text: 'a\r\n' }, '.editorconfig': 'files/x' } },
    { 'files/x': 'root = true\r\n' },
  );
  expect(preset).toMatchObject({ name: '@acme/dl-preset', version: '1.2.0', source: 'file:../acme.json', locked: ['ci'] });
  expect([...preset.files]).toEqual([
    ['docs/a.md', 'a\n'],
    ['.editorconfig', 'root = true\n'],
  ]);
});

describe('what is no JSON is refused with its place', () => {
  test.each([
    ['', /acme.json, line 1, column 1: a value is expected, but the end came/],
    ['\ufeff{}', /line 1, column 1: it begins with a byte order mark/],
    ['{\n  "schema": 1, // ours\n}', /line 2, column 16: JSON has no comments/],
    ['{ "schema": 1,\n}', /line 1, column 14: JSON has no comma behind the last one/],
    ['{ "schema": 1 "name": "x" }', /line 1, column 15: "," or "}" is expected, but "name": "x" +came/],
    ['{ schema: 1 }', /line 1, column 3: a key in double quotes is expected/],
    ['{ "schema" 1 }', /":" is expected after the key "schema"/],
    ['{ "schema": 1,\n  "schema": 1 }', /line 2, column 3: the key "schema" comes twice/],
    ['{ "answers": { "ci": "none", "c\\u0069": "github" } }', /the key "ci" comes twice/],
    ['{ "__proto__": { "schema": 1 } }', /column 3: "__proto__" cannot be a key/],
    ['{ "schema": 01 }', /a value is expected, but 01 } came/],
    ["{ 'schema': 1 }", /a key in double quotes is expected/],
    ['{ "name": "a\nb" }', /a value is expected/],
    ['{} {}', /nothing may follow the value/],
    ['['.repeat(100_000), /nested more than 100 deep/],
  ])('%#', async (text, message) => {
    await expect(load(text)).rejects.toThrow(message);
    await expect(load(text)).rejects.toThrow(UsageError);
  });
});

describe('what does not make sense is refused, naming what would', () => {
  test.each<[object, RegExp]>([
    [{ schema: 2 }, /schema is 2; this version knows 1/],
    [{ schema: undefined }, /"schema": 1 is missing/],
    [{ name: undefined }, /"name" is missing, such as @acme\/dl-preset/],
    [{ name: 'Acme Preset' }, /name is "Acme Preset"; it is written like/],
    [{ version: '1.2' }, /version is "1.2"; it is written like 1.2.0/],
    [{ anwsers: {} }, /no key "anwsers". Did you mean answers\? There are: \$schema, schema, name/],
    [{ constructor: {} }, /no key "constructor"/],
    [{ answers: { modle: 'mlp' } }, /no question "modle". Did you mean model\? There are: task, data, model/],
    [{ answers: { model: 'lenet' } }, /answers.model is "lenet". Did you mean lenet5\? It is one of: lenet5/],
    [{ answers: { git: true } }, /answers.git is true. It is one of: yes, no/],
    [
      { answers: { data: 'iris', model: 'lenet5' } },
      /do not go together.\n {2}With --data iris: --model mlp|With --data iris: --model mlp/,
    ],
    [{ answers: ['ci'] }, /answers is \["ci"\]; it is an object/],
    [{ answers: {}, locked: ['ci'] }, /locked has "ci", but answers does not say to what/],
    [{ answers: { ci: 'none' }, locked: ['ci', 'ci'] }, /locked has "ci" twice/],
    [{ locked: 'ci' }, /locked is "ci"; it is a list/],
    [{ locked: ['licences'] }, /Did you mean licence\?/],
    [{ files: { 'a.md': 1 } }, /files\["a.md"\] is 1; it is the path of a file of the preset, or/],
    [{ files: { 'a.md': { text: 'x', mode: 7 } } }, /files\["a.md"\] is \{/],
    [{ files: { 'a.md': 'nowhere.md' } }, /files\["a.md"\] is "nowhere.md", which is not in the preset/],
    [{ files: { 'a.md': '../secret' } }, /it is a path inside the preset/],
    [{ files: { 'a.md': 'x/../../secret' } }, /it is a path inside the preset/],
    [{ files: { 'a.md': '/etc/hostname' } }, /it is a path inside the preset/],
    [{ files: { 'a.md': 'C:\\secret' } }, /it is a path inside the preset/],
    [{ files: { 'a.md': '.' } }, /files\["a.md"\]|no file/],
    [{ files: { 'a.md': { text: '' }, 'A.md': { text: '' } } }, /"a.md" in two spellings/],
    [{ packageJson: [] }, /packageJson is \[\]; it is an object/],
    [{ packageJson: { name: 'x' } }, /packageJson.name is not a preset's to set: it is the name of the project/],
    [{ packageJson: { workspaces: ['*'] } }, /packageJson.workspaces is not/],
    [{ packageJson: { scripts: { test: null } } }, /packageJson.scripts\["test"\] is null; it is a text/],
    [{ packageJson: { scripts: null } }, /packageJson.scripts is an object with texts/],
    ...['preinstall', 'install', 'postinstall', 'prepare', 'prepublish', 'dependencies', 'pnpm:devPreinstall', 'native', 'postnative'].map(
      (script): [object, RegExp] => [{ packageJson: { scripts: { [script]: 'x' } } }, /would run while the project is made/],
    ),
    [{ packageJson: { devDependencies: { evil: 'git+ssh://x/y' } } }, /it is a version on the registry/],
    [{ packageJson: { devDependencies: { evil: 'file:../x' } } }, /it is a version on the registry/],
    [{ packageJson: { dependencies: { 'dl-project': '0.0.1' } } }, /its version goes with this tool's/],
    [{ packageJson: { resolutions: { '**/dl-project': 'npm:evil@1.0.0' } } }, /its version goes with this tool's/],
    [{ packageJson: { overrides: { 'dl-project@1': '0.0.1' } } }, /its version goes with this tool's/],
    [{ packageJson: { overrides: { '@tensorflow/tfjs-core': '0.0.1' } } }, /its version goes with this tool's/],
    [{ packageJson: { allowScripts: { evil: true } } }, /which install scripts run is for the project/],
  ])('%j', async (changes, message) => {
    await expect(loadWith(changes)).rejects.toThrow(message);
    await expect(loadWith(changes)).rejects.toThrow(/^(\.\/)?acme.json/);
  });

  test.each<[string, RegExp]>([
    ['../x', /leaves the project/],
    ['a/../../x', /leaves the project/],
    ['/etc/x', /absolute path/],
    ['C:/x', /absolute path/],
    ['c:x', /absolute path/],
    ['\\\\server\\x', /absolute path/],
    ['a\\b', /written with "\/"/],
    ['a//b', /not the path of a file/],
    ['./a', /not the path of a file/],
    ['a/', /not the path of a file/],
    ['', /not the path of a file/],
    ['con', /cannot be a file on every system/],
    ['docs/Aux.md', /cannot be a file on every system/],
    ['a.', /cannot be a file on every system/],
    ['a ', /cannot be a file on every system/],
    ['a\0b', /cannot be a file on every system/],
    ['docs/a:b', /cannot be a file on every system/],
    ['x'.repeat(300), /cannot be a file on every system/],
    ['.git/hooks/pre-commit', /it is git's/],
    ['.GIT/config', /it is git's/],
    ['node_modules/x/index.js', /package manager's/],
    ['src/node_modules/x', /package manager's/],
    ['.dl-project/manifest.json', /project's memory/],
    ['.yo-rc.json', /project's memory/],
    ['package.json', /packageJson adds to it/],
    ['package-lock.json', /the installation writes it/],
    ['.yarnrc.yml', /could run code during the installation/],
    ['.pnpmfile.cjs', /could run code during the installation/],
    ['binding.gyp', /could run code during the installation/],
  ])('the path %j', async (path, message) => {
    await expect(loadWith({ files: { [path]: { text: '' } } })).rejects.toThrow(message);
  });

  test('a file that is no text, or too large', async () => {
    const files = { 'a.png': 'a.png' };
    await expect(loadWith({ files }, { 'a.png': Buffer.from([0x89, 0x50, 0xff, 0]) })).rejects.toThrow(/not a text in UTF-8/);
    await expect(loadWith({ files }, { 'a.png': 'a\0b' })).rejects.toThrow(/not a text in UTF-8/);
    await expect(loadWith({ files }, { 'a.png': 'x'.repeat(1_000_001) })).rejects.toThrow(
      /has 1,000,001 bytes; a file has at most 1,000,000/,
    );
    await expect(loadWith({ files: { 'a.md': { text: 'x'.repeat(1_000_001) } } })).rejects.toThrow(/1,000,001 bytes/);
    expect((await loadWith({ files: { 'a.md': { text: 'x'.repeat(1_000_000) } } })).files.get('a.md')).toHaveLength(1_000_000);
  });

  test('an .npmrc that names a program or a secret; one that names registries is taken', async () => {
    const npmrc = (text: string) => loadWith({ files: { '.npmrc': { text } } });
    await expect(npmrc('script-shell=./evil')).rejects.toThrow(/sets "script-shell"; a preset may set registries/);
    await expect(npmrc('//npm.acme.example/:_authToken=1')).rejects.toThrow(/sets "\/\/npm.acme.example\/:_authToken"/);
    await expect(npmrc('; ours\n\nregistry=x\nnode-options = --require ./x')).rejects.toThrow(/"node-options"/);
    await expect(npmrc('# ours\n@acme:registry=https://npm.acme.example/\nengine-strict = true\n')).resolves.toBeDefined();
  });

  test('a link that leads out of the preset, and a folder in place of a file', async () => {
    const folder = join(place, 'links');
    mkdirSync(join(folder, 'files'), { recursive: true });
    writeFileSync(join(place, 'secret'), 'secret');
    writeFileSync(join(folder, 'real.md'), 'real');
    symlinkSync(join(place, 'secret'), join(folder, 'secret'));
    symlinkSync(place, join(folder, 'outside'));
    symlinkSync(join(folder, 'real.md'), join(folder, 'inside.md'));
    const from = (path: string) => {
      writeFileSync(join(folder, 'preset.json'), JSON.stringify({ ...sound, files: { 'a.md': path } }));
      return loadPreset(folder, { cwd: place, folder: join(place, 'app') });
    };
    await expect(from('secret')).rejects.toThrow(/secret leads out of its folder/);
    await expect(from('outside/secret')).rejects.toThrow(/leads out of its folder/);
    await expect(from('files')).rejects.toThrow(/files is no file/);
    expect((await from('inside.md')).files.get('a.md')).toBe('real');
  });
});

describe('a tarball', () => {
  const spec = (name: string) => loadPreset(`./${name}`, { cwd: place, folder: join(place, 'app') });

  test('is read in memory, long paths too; links in it are no files', async () => {
    const folder = join(place, 'package');
    const long = `${'long/'.repeat(30)}file.md`;
    mkdirSync(join(folder, long, '..'), { recursive: true });
    writeFileSync(join(folder, long), 'long');
    writeFileSync(join(place, 'outside'), 'secret');
    symlinkSync('../outside', join(folder, 'link'));
    const pack = async (files: object) => {
      writeFileSync(join(folder, 'preset.json'), JSON.stringify({ ...sound, files }));
      await create({ gzip: true, file: join(place, 'acme.tgz'), cwd: place, portable: true }, ['package']);
    };
    await pack({ 'a.md': long });
    expect((await spec('acme.tgz')).files.get('a.md')).toBe('long');
    await pack({ 'a.md': 'link' });
    await expect(spec('acme.tgz')).rejects.toThrow(/"link", which is not in the preset/);
  });

  test.each([
    ['is cut short', () => gzipSync(Buffer.alloc(2_000, 1)).subarray(0, 20)],
    ['is not a tar file inside', () => gzipSync('x'.repeat(2_000))],
    ['unpacks to more than any preset has', () => gzipSync(Buffer.alloc(60_000_000))],
    ['is empty', () => Buffer.alloc(0)],
  ])('that %s is refused', async (_, bytes) => {
    writeFileSync(join(place, 'wrong.tgz'), bytes());
    await expect(spec('wrong.tgz')).rejects.toThrow(UsageError);
  });
});
