import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../generators/main.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'create-'));
});

/** Runs the command in a fresh folder without a terminal. */
async function run(argv: string[], environment: Record<string, string> = {}, isTerminal = false) {
  const said: string[] = [];
  const failed: string[] = [];
  const print = (text: string) => said.push(text);
  const code = await main(argv, { cwd, environment, isTerminal, columns: 80, print, printError: (text) => failed.push(text) });
  return { code, out: said.join('\n'), error: failed.join('\n') };
}

describe('what is refused', () => {
  test.each([
    [['my-app', '--modle', 'mlp'], /no flag "--modle". Did you mean --model\?/],
    [['my-app', '--model', '--yes'], /--model needs a value/],
    [['my-app', '--yes=no'], /--yes takes no value/],
    [['my-app', '--model', 'lenet-5'], /--model is "lenet-5". Did you mean lenet5\? It is one of: lenet5/],
    [['my-app', '--data', 'iris', '--model', 'lenet5'], /do not go together.\n {2}With --data iris: --model mlp/],
    [['my-app', '--task', 'predict-number', '--data', 'iris'], /With --task predict-number: --data synthetic-houses \| csv/],
    [
      ['my-app', '--data', 'iris', '--data-folder', 'x'],
      /--data-folder is for --data idx \| image-folder \| mnist \| fashion-mnist \| cifar10 \| cifar100, but the data is iris/,
    ],
    [['my-app', 'other'], /One folder is expected, but these came too: "other"/],
    [['../my-app'], /leaves the folder/],
    [['My App'], /Try my-app/],
    [['my-app', '--package-manager', 'cargo'], /npm, pnpm, yarn, bun/],
    [['my-app', '--runtime', './nowhere.tgz'], /there is no/],
    [['my-app', '--runtime', 'not a version!'], /is a version/],
  ])('%j', async (argv, message) => {
    const { code, error } = await run([...argv, '--skip-install', '--skip-git']);
    expect(error).toMatch(message);
    expect(code).toBe(2);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('a folder that is not empty, naming what would be replaced', async () => {
    mkdirSync(join(cwd, 'my-app'));
    writeFileSync(join(cwd, 'my-app', 'README.md'), 'mine');
    writeFileSync(join(cwd, 'my-app', 'notes.txt'), 'mine');
    const { code, error } = await run(['my-app', '--skip-install']);
    expect(code).toBe(2);
    expect(error).toMatch(/not empty: README.md, notes.txt.[\s\S]*replaces README.md: npm create dl-project my-app -- --force/);
    expect(readdirSync(join(cwd, 'my-app')).sort()).toEqual(['README.md', 'notes.txt']);
  });
});

describe('flags that npm swallowed', () => {
  test.each([
    ['--model mlp', ['my-app', 'mlp'], { npm_config_model: 'true' }, 'npm create dl-project my-app -- --model mlp'],
    ['--model=mlp', ['my-app'], { npm_config_model: 'mlp' }, 'npm create dl-project my-app -- --model mlp'],
    ['--skip-install', ['my-app'], { npm_config_skip_install: 'true' }, 'npm create dl-project my-app -- --skip-install'],
    ['--no-interactive', ['my-app'], { npm_config_interactive: '' }, 'npm create dl-project my-app -- --no-interactive'],
    ['a quoted path', ['my-app'], { npm_config_data_folder: 'my data' }, 'npm create dl-project my-app -- --data-folder "my data"'],
  ])('%s ends with the right spelling', async (_, argv, environment, spelling) => {
    const { code, error } = await run(argv, environment);
    expect(code).toBe(2);
    expect(error).toContain(spelling);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('--dry-run writes nothing', async () => {
    const { code, out } = await run(['my-app'], { npm_config_dry_run: 'true' });
    expect(code).toBe(0);
    expect(out).toContain('would create my-app/config.ts');
    expect(readdirSync(cwd)).toEqual([]);
  });

  test("Electron's npm_config_runtime and npm's own --yes are not ours", async () => {
    const { code } = await run(['my-app', '--dry-run'], { npm_config_runtime: 'electron', npm_config_yes: 'true' });
    expect(code).toBe(0);
  });
});

describe('--dry-run', () => {
  test('lists what would be made, and touches nothing', async () => {
    const { code, out } = await run(['my-app', '--dry-run', '--data', 'iris']);
    expect(code).toBe(0);
    expect(out).toContain('would create my-app/src/data/iris.ts');
    expect(out).toContain('--task classify-rows --data iris --model mlp --goal smallest');
    expect(out).toMatch(/nothing written. Without --dry-run also: npm install, git init and a first commit/);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('lists exactly what is made', async () => {
    const { out } = await run(['my-app', '--dry-run']);
    await run(['my-app', '--skip-install', '--skip-git']);
    const listed = [...out.matchAll(/would create my-app\/(\S+)/g)].map(([, path]) => path);
    const made = readdirSync(join(cwd, 'my-app'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(made.map((entry) => join(entry.parentPath, entry.name).slice(join(cwd, 'my-app').length + 1)).sort()).toEqual(listed.sort());
  });
});

describe('creating', () => {
  test('asks nothing without a terminal, and ends with what to type next', async () => {
    const { code, out } = await run(['digit-reader', '--skip-install', '--skip-git']);
    expect(code).toBe(0);
    expect(out).toMatch(/ {2}digit-reader {3}\d+ files\n\n {2}cd digit-reader\n {2}npm install\n {2}npm run train +teach it/);
  });

  test.each([['--yes'], ['--no-interactive']])('asks nothing in a terminal with %s', async (flag) => {
    expect((await run(['my-app', flag, '--skip-install', '--skip-git'], {}, true)).code).toBe(0);
  });

  test('asks nothing where CI is set', async () => {
    expect((await run(['my-app', '--skip-install', '--skip-git'], { CI: 'true' }, true)).code).toBe(0);
  });

  test('has a name of its own if none is given', async () => {
    await run(['--skip-install', '--skip-git']);
    expect(readdirSync(cwd)).toEqual(['my-dl-project']);
  });

  test('fills the folder one stands in, if it is empty', async () => {
    mkdirSync(join(cwd, 'digits'));
    cwd = join(cwd, 'digits');
    const { code, out } = await run(['.', '--skip-install', '--skip-git']);
    expect(code).toBe(0);
    expect(out).not.toContain('cd ');
    expect(JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')).name).toBe('digits');
  });

  test('does not mind broken JSON around it', async () => {
    for (const name of ['package.json', '.yo-rc.json']) writeFileSync(join(cwd, name), '{ broken');
    expect(await run(['my-app', '--skip-install', '--skip-git'])).toMatchObject({ code: 0, error: '' });
    expect(readFileSync(join(cwd, 'package.json'), 'utf8')).toBe('{ broken');
  });

  test('writes into a folder that is not empty with --force, and keeps what is not its own', async () => {
    mkdirSync(join(cwd, 'my-app'));
    writeFileSync(join(cwd, 'my-app', 'README.md'), 'mine');
    writeFileSync(join(cwd, 'my-app', 'notes.txt'), 'mine');
    expect((await run(['my-app', '--force', '--skip-install', '--skip-git'])).code).toBe(0);
    expect(readFileSync(join(cwd, 'my-app', 'README.md'), 'utf8')).toMatch(/^# my-app/);
    expect(readFileSync(join(cwd, 'my-app', 'notes.txt'), 'utf8')).toBe('mine');
  });

  test('stores paths relative to the project', async () => {
    mkdirSync(join(cwd, 'mnist'));
    writePackage('built', 'dl-project');
    const { code } = await run(['apps/digits', '--data-folder', 'mnist', '--runtime', 'built', '--skip-install', '--skip-git']);
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, 'apps', 'digits', 'config.ts'), 'utf8')).toContain("name: 'idx', folder: '../../mnist'");
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(cwd, 'apps', 'digits', 'package.json'), 'utf8'));
    expect(dependencies['dl-project']).toBe('file:../../built');
    expect(devDependencies).not.toHaveProperty('create-dl-project'); // an unpublished runtime: nor is the generator published
  });

  test('takes a version, a tag, an address or the right package, and nothing else', async () => {
    writePackage('wrong', 'left-pad');
    expect((await run(['my-app', '--dry-run', '--runtime', '^1.2.0'])).code).toBe(0);
    expect((await run(['my-app', '--dry-run', '--runtime', 'next', '--generator', 'https://example.com/x.tgz'])).code).toBe(0);
    expect((await run(['my-app', '--dry-run', '--runtime', './wrong'])).error).toMatch(/holds "left-pad", not dl-project/);
  });

  test('makes a first commit of everything, if it is not inside a repository', async () => {
    const identity = {
      GIT_AUTHOR_NAME: 'T',
      GIT_AUTHOR_EMAIL: 't@example.com',
      GIT_COMMITTER_NAME: 'T',
      GIT_COMMITTER_EMAIL: 't@example.com',
    };
    Object.assign(process.env, identity);
    const { out } = await run(['my-app', '--skip-install']);
    expect(out).toContain('first commit made');
    const git = (...args: string[]) => execFileSync('git', args, { cwd: join(cwd, 'my-app'), encoding: 'utf8' });
    expect(git('status', '--porcelain')).toBe('');
    const inner = await run(['my-app/inner', '--skip-install']);
    expect(inner.out).toContain('not committed, as it lies in a git repository');
    expect(existsSync(join(cwd, 'my-app', 'inner', '.git'))).toBe(false);
  });

  test('says what is missing where data is read from a file', async () => {
    const { out } = await run(['my-app', '--data', 'csv', '--skip-install', '--skip-git']);
    expect(out).toContain('Before you train: put your table into dataset/table.csv');
  });
});

describe('installing and committing', () => {
  const environment = { ...process.env };
  let bin: string;
  beforeEach(() => {
    bin = join(cwd, 'bin');
    mkdirSync(bin);
    process.env = { ...environment, PATH: `${bin}:${environment.PATH}` };
  });
  afterEach(() => {
    process.env = environment;
  });

  /** Puts a shell script in the place of a program. */
  function fake(name: string, script: string): void {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }

  test('installs with the package manager that called, and counts the packages', async () => {
    const record = JSON.stringify({ packages: { '': {}, 'node_modules/a': {}, 'node_modules/b': {} } });
    fake('pnpm', `mkdir node_modules; echo '${record}' > node_modules/.package-lock.json; echo "$@" > called`);
    const { code, out } = await run(['my-app', '--skip-git'], { npm_config_user_agent: 'pnpm/10.0.0 npm/? node/v20' });
    expect(code).toBe(0);
    expect(out).toContain('pnpm installs the packages');
    expect(out).toMatch(/my-app {3}\d+ files, 2 packages\n/);
    expect(out).toContain('pnpm train');
    expect(readFileSync(join(cwd, 'my-app', 'called'), 'utf8')).toBe('install\n');
  });

  test('shows the last lines of an installation that failed, keeps the project, and makes no commit', async () => {
    fake('npm', 'for i in $(seq 30); do echo "line $i" >&2; done; echo "npm error code E404" >&2; exit 1');
    const { code, out } = await run(['my-app']);
    expect(code).toBe(1);
    expect(out).toContain('| npm error code E404');
    expect(out).not.toContain('line 10\n');
    expect(out).toMatch(/project is complete; when the cause is gone, install them:\n\n {2}cd my-app\n {2}npm install/);
    expect(existsSync(join(cwd, 'my-app', '.git'))).toBe(false);
  });

  test.each([
    ['is not there', 'exit 127', 'git is not installed', 'git init && git add -A && git commit -m "First commit"'],
    [
      'knows nobody',
      `[ "$1" = commit ] && echo "fatal: empty ident name" >&2 && exit 128; [ "$1" != rev-parse ]`,
      'git does not know who you are',
      'git config --global user.name',
    ],
    [
      'has a hook that fails',
      `[ "$1" = commit ] && echo "hook: no" >&2 && exit 1; [ "$1" != rev-parse ]`,
      'git commit said: hook: no',
      'git add -A && git commit',
    ],
  ])('goes on without a first commit where git %s, and says what to type', async (_, script, reason, typed) => {
    fake('git', script);
    const { code, out } = await run(['my-app', '--skip-install']);
    expect(code).toBe(0);
    expect(out).toContain(`No first commit: ${reason}`);
    expect(out).toContain(typed);
    expect(out).toContain('    (cd my-app && git ');
  });
});

test('--help names every flag, --version the version', async () => {
  const { out } = await run(['--help']);
  for (const flag of ['--task', '--data', '--model', '--goal', '--yes', '--runtime', '--dry-run', '130 cancelled'])
    expect(out).toContain(flag);
  expect((await run(['--version'])).out).toMatch(/^\d+\.\d+\.\d+/);
});

function writePackage(folder: string, name: string): void {
  mkdirSync(join(cwd, folder));
  writeFileSync(join(cwd, folder, 'package.json'), JSON.stringify({ name, version: '1.0.0' }));
}
