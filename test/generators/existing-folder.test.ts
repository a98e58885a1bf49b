import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../generators/main.ts';
import { snapshotFolder } from './snapshot-folder.ts';

const bench = mkdtempSync(join(tmpdir(), 'existing-'));
afterAll(() => rmSync(bench, { recursive: true }));
let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(bench, 'cwd-'));
});

/** Runs the command without a terminal, an installation or a first commit. */
async function create(...flags: string[]) {
  const said: string[] = [];
  const print = (text: string) => said.push(text);
  const argv = ['app', '--skip-install', '--skip-git', ...flags];
  const code = await main(argv, { cwd, environment: {}, isTerminal: false, columns: 80, print, printError: print });
  return { code, out: said.join('\n') };
}

const pathTo = (path: string) => join(cwd, 'app', path);
const read = (path: string) => readFileSync(pathTo(path), 'utf8');
const edit = (path: string, change: (text: string) => string) => writeFileSync(pathTo(path), change(read(path)));

describe('creating again in a project', () => {
  const made = join(bench, 'made');
  beforeAll(async () => {
    cwd = made;
    mkdirSync(made);
    await create('--data', 'iris', '--goal', 'fastest');
  });
  beforeEach(() => cpSync(made, cwd, { recursive: true }));

  test('with nothing said changes nothing: the answers are those it was made with', async () => {
    const before = snapshotFolder(cwd);
    const { code, out } = await create();
    expect(code).toBe(0);
    expect(out).toMatch(/app {3}\d+ files, \d+ as they were\n/);
    expect(snapshotFolder(cwd)).toEqual(before);
  });

  test('with another answer changes what follows from it, and merges it with edits', async () => {
    edit('README.md', (text) => text.replace('# app', '# My flowers'));
    edit('package.json', (text) => text.replace('"version": "0.0.0"', '"version": "3.2.1"'));
    const { code } = await create('--data', 'csv', '--target', 'species');
    expect(code).toBe(0);
    expect(read('config.ts')).toContain("name: 'csv'");
    expect(read('README.md')).toMatch(/^# My flowers[\s\S]*csv/);
    expect(JSON.parse(read('package.json'))).toMatchObject({ version: '3.2.1', dependencies: { 'csv-parse': expect.any(String) } });
    expect(existsSync(pathTo('src/data/iris.ts'))).toBe(false); // dropped, as nobody touched it
    expect(existsSync(pathTo('src/data/csv.ts'))).toBe(true);
    const { answers, dataOptions } = JSON.parse(read('.yo-rc.json'))['create-dl-project'];
    expect({ answers, dataOptions }).toMatchObject({ answers: { data: 'csv', goal: 'fastest' }, dataOptions: { target: 'species' } });
    const { files } = JSON.parse(read('.dl-project/manifest.json'));
    expect(Object.keys(files)).toContain('src/data/csv.ts');
    expect(Object.keys(files)).not.toContain('src/data/iris.ts');
  });

  test('keeps what the user removed removed, and what the user edited', async () => {
    rmSync(pathTo('.env.example'));
    edit('src/data/iris.ts', (text) => `// mine\n${text}`);
    const { code, out } = await create('--data', 'csv');
    expect(code).toBe(0);
    expect(out).toContain('2 kept as you have them');
    expect(existsSync(pathTo('.env.example'))).toBe(false);
    expect(read('src/data/iris.ts')).toMatch(/^\/\/ mine/);
  });

  test('finds files that modules added in the manifest still', async () => {
    const manifest = JSON.parse(read('.dl-project/manifest.json'));
    manifest.files['src/models/mine.ts'] = 'a'.repeat(40);
    writeFileSync(pathTo('.dl-project/manifest.json'), JSON.stringify(manifest));
    writeFileSync(pathTo('src/models/mine.ts'), '');
    await create('--data', 'csv');
    expect(JSON.parse(read('.dl-project/manifest.json')).files).toHaveProperty(['src/models/mine.ts']);
    expect(existsSync(pathTo('src/models/mine.ts'))).toBe(true);
  });

  describe('where both sides changed a line', () => {
    beforeEach(() => edit('config.ts', (text) => text.replace("name: 'iris'", "name: 'flowers'")));

    test('writes nothing, names the file and ends with 3', async () => {
      const before = snapshotFolder(cwd);
      const { code, out } = await create('--data', 'csv');
      expect(code).toBe(3);
      expect(out).toMatch(/nothing was written:\n +config.ts\n[\s\S]*--conflict markers/);
      expect(snapshotFolder(cwd)).toEqual(before);
    });

    test('--conflict markers writes both sides, lists the file, ends with 3, and does not stack markers', async () => {
      const { code, out } = await create('--data', 'csv', '--conflict', 'markers');
      expect(code).toBe(3);
      expect(out).toMatch(/Both sides are in these files[\s\S]*config.ts/);
      expect(read('config.ts')).toMatch(/<<<<<<< yours\n.*flowers.*\n=======\n.*csv.*\n>>>>>>> template\n/);
      const again = await create('--data', 'iris', '--conflict', 'markers');
      expect(again.code).toBe(3);
      expect(again.out).toContain('config.ts  (markers of an earlier merge)');
    });

    test.each([
      ['ours', 'flowers'],
      ['theirs', 'csv'],
    ])('--conflict %s takes that side there', async (rule, name) => {
      expect((await create('--data', 'csv', '--conflict', rule)).code).toBe(0);
      expect(read('config.ts')).toContain(`name: '${name}'`);
    });

    test('the dry run shows it, with the same exit code', async () => {
      const before = snapshotFolder(cwd);
      const { code, out } = await create('--data', 'csv', '--dry-run', '--diff');
      expect(code).toBe(3);
      expect(out).toContain('conflict in  app/config.ts');
      expect(out).toMatch(/would remove app\/src\/data\/iris.ts/);
      expect(out).toContain('+<<<<<<< yours');
      expect(snapshotFolder(cwd)).toEqual(before);
    });
  });

  test('what --dry-run --diff prints is a patch: applied, it gives what the run gives', async () => {
    edit('README.md', (text) => text.replace('# app', '# My flowers'));
    const { code, out } = await create('--data', 'csv', '--dry-run', '--diff');
    expect(code).toBe(0);
    const patched = mkdtempSync(join(bench, 'patched-'));
    cpSync(join(cwd, 'app'), join(patched, 'app'), { recursive: true });
    execFileSync('git', ['apply', '-'], { cwd: patched, input: out });
    await create('--data', 'csv');
    expect(snapshotFolder(patched)).toEqual(snapshotFolder(cwd));
  });

  test('edits are merged from the history of git too, when the template has changed since', async () => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], { cwd: pathTo('.') });
    // An older template said so; only the project's history knows it.
    const older = read('README.md').replace(/^npm run evaluate.*\n/m, 'npm run evaluate    an older line\n');
    writeFileSync(pathTo('README.md'), older);
    const manifest = JSON.parse(read('.dl-project/manifest.json'));
    manifest.files['README.md'] = execFileSync('git', ['hash-object', '--stdin'], { input: older, encoding: 'utf8' }).trim();
    writeFileSync(pathTo('.dl-project/manifest.json'), JSON.stringify(manifest));
    git('init', '-q');
    git('add', '-A');
    git('commit', '-qm', 'first');
    edit('README.md', (text) => text.replace('# app', '# My flowers'));
    expect((await create()).code).toBe(0);
    expect(read('README.md')).toMatch(/^# My flowers/);
    expect(read('README.md')).not.toContain('an older line');
  });
});

describe('a folder with files of somebody else', () => {
  beforeEach(() => mkdirSync(join(cwd, 'app')));

  test('keeps the keys of its package.json and the entries of its .gitignore, and gets ours', async () => {
    writeFileSync(
      pathTo('package.json'),
      '{\n    "name": "mine",\n    "version": "2.0.0",\n    "scripts": { "lint": "eslint .", "test": "jest" }\n}\n',
    );
    writeFileSync(pathTo('.gitignore'), 'secrets\n');
    const dry = await create('--force', '--dry-run');
    expect(dry.out).toContain('would merge  app/package.json');
    expect((await create('--force')).code).toBe(0);
    const content = JSON.parse(read('package.json'));
    expect(content).toMatchObject({ name: 'mine', version: '2.0.0', type: 'module', scripts: { lint: 'eslint .', test: 'vitest run' } });
    expect(read('package.json')).toMatch(/^\{\n {4}"name"/);
    expect(read('.gitignore')).toMatch(/^secrets\nnode_modules\/\n/);
  });

  test('is replaced where texts differ only because --force says so; --conflict says otherwise', async () => {
    writeFileSync(pathTo('README.md'), 'mine\n');
    expect((await create()).code).toBe(2);
    expect((await create('--force', '--conflict', 'fail')).code).toBe(3);
    expect((await create('--force', '--conflict', 'ours')).code).toBe(0);
    expect(read('README.md')).toBe('mine\n');
  });

  test('with a link out of it is refused, and nothing is written through the link', async () => {
    const outside = mkdtempSync(join(bench, 'outside-'));
    writeFileSync(join(outside, 'readme'), 'theirs');
    symlinkSync(join(outside, 'readme'), pathTo('README.md'));
    const { code, out } = await create('--force');
    expect(code).toBe(2);
    expect(out).toContain('README.md is a link that leads out of');
    expect(snapshotFolder(outside)).toEqual({ readme: expect.stringMatching(/theirs$/) });
  });
});

test.each([
  [['--diff'], /--diff shows what would change: it goes with --dry-run/],
  [['--conflict', 'mine'], /--conflict is "mine"; it is one of: fail, markers, ours, theirs/],
])('%j is refused', async (flags, message) => {
  const { code, out } = await create(...flags);
  expect(code).toBe(2);
  expect(out).toMatch(message);
});
