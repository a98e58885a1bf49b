import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { flags } from '../../generators/app/options.ts';
import { planProject } from '../../generators/app/plan.ts';
import { questions } from '../../generators/app/questions.ts';
import { UsageError } from '../../generators/engine/exit.ts';
import { parseFlags } from '../../generators/engine/flags.ts';
import { readInteractive } from '../../generators/engine/interactive.ts';
import { createCommand, packageManagers, scriptCommand } from '../../generators/engine/package-manager.ts';
import { flagOf, type Question, withDefaults } from '../../generators/engine/questions.ts';
import { main } from '../../generators/main.ts';
import { appInput, templates } from './app-input.ts';
import { coveringArray, pairs, pairsOf } from './covering-array.ts';

let cwd: string;
beforeEach(() => {
  cwd = join(mkdtempSync(join(tmpdir(), 'options-')), 'here');
  mkdirSync(cwd);
});

/** Runs the command in a fresh folder without a terminal; nothing is installed or committed. */
async function run(argv: string[], environment: Record<string, string> = {}) {
  const [said, failed]: [string[], string[]] = [[], []];
  const print = (text: string) => said.push(text);
  const terminal = { cwd, environment, isTerminal: false, columns: 80, print, printError: (text: string) => failed.push(text) };
  const code = await main([...argv, '--skip-install', '--skip-git'], terminal);
  return { code, out: said.join('\n'), error: failed.join('\n') };
}

const read = (path: string) => readFileSync(join(cwd, 'my-app', path), 'utf8');
const remembered = () => JSON.parse(read('.yo-rc.json'))['create-dl-project'];

describe('every question', () => {
  test.each(questions)(
    '$name is a flag, stands in --help with its values, and is remembered if it is about the project',
    async (question) => {
      const { out } = await run(['--help']);
      const line = out.split('\n').find((text) => text.includes(` --${question.name} <`))!;
      for (const { value } of question.all) expect(line).toContain(value);
      expect(line).toContain('(default: ');
      for (const { value } of question.all) {
        const parsed = parseFlags([`--${question.name}`, value], flags);
        expect(parsed.values.get(question.name)).toBe(value);
        const answers = JSON.parse(planProject(appInput({ [question.name]: value }), templates).get('.yo-rc.json')!)['create-dl-project']
          .answers;
        expect(answers[question.name]).toBe(question.once ? undefined : value);
      }
    },
  );

  test('has its default without a terminal, and at most five of them are asked unasked', async () => {
    await run(['my-app']);
    expect(remembered().answers).toEqual({
      backend: 'wasm',
      ci: 'none',
      data: 'synthetic-digits',
      goal: 'smallest',
      licence: 'none',
      model: 'lenet5',
      'package-manager': 'npm',
      task: 'classify-images',
    });
    expect(questions.filter((question) => !question.rare)).toHaveLength(5);
  });

  test('has a name of its own, and no flag has the name of another', () => {
    const names = flags.flatMap(({ name, alias }) => (alias ? [name, alias] : [name]));
    expect(new Set(names).size).toBe(names.length);
  });

  test('meets every other in the projects that are checked', () => {
    const shown = new Set(coveringArray(questions).flatMap(pairsOf));
    expect(pairs(questions).filter((pair) => !shown.has(pair))).toEqual([]);
  });
});

describe('a question without a default', () => {
  const question: Question = { name: 'colour', message: 'Which colour?', all: [{ value: 'red' }, { value: 'blue' }], required: true };

  test('names its flag where it cannot be asked', () => {
    expect(() => withDefaults([question], {})).toThrow(UsageError);
    expect(() => withDefaults([question], {})).toThrow('Which colour? Nothing is asked here, so say it by a flag: --colour red | blue');
    expect(withDefaults([question], { colour: 'blue' })).toEqual({ colour: 'blue' });
    expect(withDefaults([question], {}, { colour: 'blue' })).toEqual({ colour: 'blue' });
  });

  test('says so in the help', () => {
    expect(flagOf(question).summary).toBe('Which colour? red | blue (no default)');
  });
});

describe('flags', () => {
  test('--package-manager and the one that called', async () => {
    await run(['my-app'], { npm_config_user_agent: 'pnpm/10.34.9 npm/? node/v20.20.2 linux x64' });
    expect(remembered()).toMatchObject({ answers: { 'package-manager': 'pnpm' }, packageManagerVersion: '10.34.9' });
    expect(read('README.md')).toContain('\npnpm train ');
    const { out } = await run(['my-app', '--force', '--package-manager', 'bun'], { npm_config_user_agent: 'pnpm/10.34.9 npm/? node/v20' });
    expect(out).toMatch(/bun install\n {2}bun run train/);
    expect(remembered()).not.toHaveProperty('packageManagerVersion'); // whose it is is not known
  });

  test('--ci, --licence or --license, with the year of today and the name git knows', async () => {
    await run(['my-app', '--ci', 'gitlab', '--license', 'MIT']);
    expect(read('.gitlab-ci.yml')).toContain('npm ci');
    expect(read('LICENSE')).toMatch(new RegExp(`^MIT License\n\nCopyright \\(c\\) ${new Date().getFullYear()} \\S`));
    expect(remembered().copyright.holder).toBeTruthy();
  });

  test('a project made again keeps its answers, its package manager and its licence', async () => {
    const made = ['my-app', '--licence', 'MIT', '--ci', 'github', '--data', 'iris'];
    await run(made, { npm_config_user_agent: 'yarn/4.18.1 npm/? node/v20.20.2 linux x64' });
    writeFileSync(join(cwd, 'my-app', 'LICENSE'), read('LICENSE').replace(/ \d{4} /, ' 1999 ')); // years go by
    const before = read('.yo-rc.json').replace(/"year": \d+/, '"year": 1999');
    writeFileSync(join(cwd, 'my-app', '.yo-rc.json'), before);
    const { code, out } = await run(['my-app', '--json']);
    expect(code).toBe(0);
    const changed = (JSON.parse(out).files as { path: string; change: string }[]).filter(
      ({ change }) => !['same', 'keep'].includes(change),
    );
    expect(changed.map(({ path }) => path)).toEqual(['.dl-project/manifest.json']); // which holds the ids of 1999 now
    expect(read('.yo-rc.json')).toBe(before);
  });

  test('--backend native says what is left to do', async () => {
    const { out } = await run(['my-app', '--backend', 'native']);
    expect(out).toMatch(/npm install\n {2}npm run native\n/);
  });

  test.each([
    [
      ['--model', 'lenet5', '--task', 'predict-number'],
      /--task predict-number --model lenet5 do not go.*\n {2}With --task .*: --model mlp/,
    ],
    [
      ['--data', 'csv', '--data-folder', 'x'],
      /--data-folder is for --data idx \| image-folder \| mnist \| fashion-mnist \| cifar10 \| cifar100, but the data is csv/,
    ],
    [['--ci', 'gitub'], /Did you mean github\? It is one of: none, github, gitlab/],
    [['--license', 'GPL'], /--licence is "GPL". It is one of: none, MIT, Apache-2.0/],
    [['--git', 'yes'], /--skip-git and --git yes contradict each other/],
    [['--ask-all'], /--ask-all asks every question, but there is no terminal to ask in/],
  ])('%j is refused before anything is written', async (argv, message) => {
    const { code, error } = await run(['my-app', ...argv]);
    expect(error).toMatch(message);
    expect(code).toBe(2);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe('questions are asked', () => {
  const asks = (environment: Record<string, string>, ...switches: string[]) =>
    readInteractive(new Set(switches), { cwd, environment, isTerminal: true });

  test.each<Record<string, string>>([{}, { CI: '' }, { CI: '0' }, { CI: 'false' }])('in a terminal with %j', (environment) => {
    expect(asks(environment)).toBe(true);
  });

  test.each<Record<string, string>>([{ CI: 'true' }, { CI: '1' }, { CI: 'woodpecker' }, { npm_config_yes: 'true' }])(
    'not with %j',
    (environment) => {
      expect(asks(environment)).toBe(false);
    },
  );

  test.each(['yes', 'no-interactive', 'json', 'dry-run'])('not with --%s, which --ask-all contradicts', (name) => {
    expect(asks({}, name)).toBe(false);
    expect(() => asks({}, name, 'ask-all')).toThrow(`--ask-all asks every question, but --${name} asks nothing`);
  });

  test("all of them with --ask-all, whatever npm's settings say", () => {
    expect(asks({ npm_config_yes: 'true' }, 'ask-all')).toBe(true);
  });
});

describe('--json', () => {
  test('prints what was made as one object', async () => {
    const { code, out, error } = await run(['my-app', '--data', 'csv', '--json']);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    const result = JSON.parse(out);
    expect(result).toMatchObject({
      project: 'my-app',
      folder: join(cwd, 'my-app'),
      install: { kind: 'skipped' },
      git: { kind: 'skipped' },
    });
    expect(result.answers.data).toBe('csv');
    expect(result.files).toContainEqual({ path: 'config.ts', change: 'create' });
    expect(result.next).toEqual(['cd my-app', 'npm install', 'npm run train']);
    expect(result.missingData).toContain('dataset/table.csv');
  });

  test.each([
    ['with --dry-run', ['my-app', '--dry-run', '--json'], {}],
    ['kept by npm', ['my-app'], { npm_config_json: 'true', npm_config_dry_run: 'true' }],
  ])('lists what would be made, %s', async (_, argv, environment) => {
    const { out } = await run(argv, environment);
    expect(JSON.parse(out)).toMatchObject({ dryRun: true, project: 'my-app' });
    expect(readdirSync(cwd)).toEqual([]);
  });

  test.each([
    ['a wrong answer', ['my-app', '--model', 'lenet', '--json'], /lenet5/],
    ['an unknown flag', ['my-app', '--jsn', '--json'], /no flag "--jsn"/],
    ['a folder that is not empty', ['.', '--json'], /not empty: mine/],
  ])('tells of %s as an object, too', async (_, argv, message) => {
    writeFileSync(join(cwd, 'mine'), '');
    const { code, out, error } = await run(argv);
    expect(error).toBe('');
    expect(code).toBe(2);
    expect(JSON.parse(out)).toEqual({ error: { code: 'usage', message: expect.stringMatching(message), exitCode: 2 } });
  });

  test('gives the version and the help', async () => {
    expect(JSON.parse((await run(['--version', '--json'])).out).version).toMatch(/^\d/);
    expect(JSON.parse((await run(['--help', '--json'])).out).help).toContain('--ask-all');
  });
});

describe('flags that npm kept', () => {
  const npm = { npm_config_user_agent: 'npm/11.19.1 node/v20.20.2 linux x64 workspaces/false', npm_command: 'create' };

  test.each(flags.filter(({ name }) => !['yes', 'force', 'help', 'version', 'dry-run', 'json'].includes(name)))(
    '--$name is noticed, and its right spelling named',
    async ({ name, value }) => {
      const given = questions.find((question) => question.name === name)?.all[0].value ?? 'value';
      const variable = `npm_config_${name === 'ci' ? 'cidr' : name.replace(/^no-/, '').replaceAll('-', '_')}`;
      const { code, error } = await run(['my-app'], { ...npm, [variable]: value ? given : 'true' });
      expect(code).toBe(2);
      expect(error).toContain(`npm create dl-project my-app -- --${name}${value ? ` ${given}` : ''}`);
    },
  );

  test('a second spelling is noticed, too', async () => {
    expect((await run(['my-app', 'MIT'], { ...npm, npm_config_license: 'true' })).error).toContain('my-app -- --license MIT');
  });

  test("settings of npm's own and of other tools are not ours", async () => {
    const settings = {
      npm_config_git: '/usr/bin/git',
      npm_config_cidr: '10.0.0.0/8',
      npm_config_runtime: 'electron',
      npm_config_target: '31.2.0',
    };
    expect((await run(['my-app', '--dry-run'], { ...npm, ...settings })).code).toBe(0);
  });

  test('nor is anything that another package manager hands on', async () => {
    expect((await run(['my-app', '--dry-run'], { npm_config_user_agent: 'pnpm/10.0.0', npm_config_model: 'mlp' })).code).toBe(0);
  });
});

describe('what is typed', () => {
  const agents = {
    npm: 'npm/11.19.1 node/v20',
    pnpm: 'pnpm/10.34.9 npm/? node/v20',
    yarn: 'yarn/4.18.1 npm/? node/v20',
    bun: 'bun/1.4.5 npm/? node/v20',
  };

  test.each([
    [{ npm_config_user_agent: agents.npm, npm_command: 'create' }, 'npm create dl-project my-app -- --force'],
    [{ npm_config_user_agent: agents.npm, npm_command: 'exec' }, 'npx create-dl-project my-app --force'],
    [{ npm_config_user_agent: agents.pnpm }, 'pnpm create dl-project my-app --force'],
    [{ npm_config_user_agent: agents.yarn }, 'yarn create dl-project my-app --force'],
    [{ npm_config_user_agent: agents.bun }, 'bun create dl-project my-app --force'],
  ])('%j', async (environment, command) => {
    expect(createCommand(environment, ['my-app'], ['--force'])).toBe(command);
    writeFileSync(join(cwd, 'mine'), '');
    const { error } = await run(['.'], environment);
    expect(error).toContain(command.replace('my-app', '.'));
    expect((await run(['my-app', 'mlp'], environment)).error).toContain(command.replace('--force', '--model mlp'));
  });

  test('a script is started so that nothing built in takes its name', () => {
    expect(packageManagers.map((name) => scriptCommand(name, 'train'))).toEqual([
      'npm run train',
      'pnpm train',
      'yarn train',
      'bun run train',
    ]);
    expect(packageManagers.map((name) => scriptCommand(name, 'test'))).toEqual(['npm test', 'pnpm test', 'yarn test', 'bun run test']);
    expect(scriptCommand('yarn', 'check')).toBe('yarn run check');
  });
});
