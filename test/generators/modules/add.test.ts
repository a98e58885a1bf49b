import { mkdirSync, mkdtempSync, readdirSync, realpathSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '../../../generators/engine/exit.ts';
import { proposeModuleName, readModuleName } from '../../../generators/project/module-name.ts';
import { ProjectFolder } from './project-folder.ts';

let project: ProjectFolder;
beforeEach(() => {
  project = new ProjectFolder();
});

/** Runs a command that must be refused and must leave every byte as it was. */
async function refused(argv: readonly string[], options: Parameters<ProjectFolder['run']>[1] = {}, exitCode = 2): Promise<string> {
  const before = project.snapshot();
  const { code, out, error } = await project.run(argv, options);
  expect(code, out).toBe(exitCode);
  expect(project.snapshot()).toEqual(before);
  return error;
}

describe('add', () => {
  test('says what was written, that it is on, and how to try it', async () => {
    expect(await project.must('add', 'callback', 'slack-message')).toBe(
      '  src/callbacks/slack-message.ts    test/callbacks/slack-message.test.ts    src/callbacks/index.ts +2 lines    config.ts +1 line\n' +
        '  it is on: callbacks.slackMessage in config.ts    try it: npm run train fast-dev-run',
    );
    expect(project.read('config.ts')).toContain('    csvLogger: {},\n    slackMessage: {},\n  },\n');
  });

  test('takes a study to be of the kind of its name; else a search for images, and a grid for tables', async () => {
    await project.must('add', 'tuning', 'dropout-and-max-norm');
    expect(project.read('tuning/dropout-and-max-norm.ts')).toContain("'model.maxNorm': [1, 2, 3, 4]");
    await project.must('add', 'tuning', 'mine');
    expect(project.read('tuning/mine.ts')).toContain('defineStudy<Config>');
    const table = new ProjectFolder('machines');
    await table.must('add', 'tuning', 'mine');
    expect(table.read('tuning/mine.ts')).toContain("'training.epochs': [10, 50, 100]");
    await table.must('add', 'tuning', 'neurons', '--kind', 'grid');
    expect(table.read('tuning/neurons.ts')).toContain('gridSearch<Config>');
  });

  test('puts one thing below the other on a narrow terminal', async () => {
    const { out } = await project.run(['add', 'loss', 'focal'], { columns: 40 });
    expect(out).toBe(
      '  src/losses/focal.ts\n  test/losses/focal.test.ts\n  src/losses/index.ts +2 lines\n  try it: npm run train training.loss=focal',
    );
  });

  test('finds the project from a folder of it, through a link to it too', async () => {
    expect((await project.run(['add', 'loss', 'focal'], { cwd: join(project.root, 'src', 'losses') })).code).toBe(0);
    const link = join(mkdtempSync(join(tmpdir(), 'link-')), 'digits');
    symlinkSync(project.root, link);
    expect((await project.run(['add', 'loss', 'other'], { cwd: link })).code).toBe(0);
    expect(project.read('src/losses/index.ts')).toContain('[focal, other]');
  });

  test('outside of a project says what to type', async () => {
    const { code, error } = await project.run(['add', 'loss', 'focal'], { cwd: mkdtempSync(join(tmpdir(), 'outside-')) });
    expect(code).toBe(2);
    expect(error).toMatch(/There is no project of create-dl-project in .*\n.*npm create dl-project my-dl-project/);
  });

  test('keeps what another tool has in .yo-rc.json, and ignores one that is not ours', async () => {
    const state = JSON.parse(project.read('.yo-rc.json'));
    project.write('.yo-rc.json', JSON.stringify({ other: { x: 1 }, ...state }));
    project.write('src/.yo-rc.json', '{ "other": {} }');
    expect((await project.run(['add', 'loss', 'focal'], { cwd: join(project.root, 'src') })).code).toBe(0);
    expect(JSON.parse(project.read('.yo-rc.json'))).toMatchObject({
      other: { x: 1 },
      'create-dl-project': { modules: { loss: { focal: {} } }, answers: { data: 'synthetic-digits' } },
    });
  });

  test('with --dry-run, or where npm kept it, lists all and writes nothing', async () => {
    const before = project.snapshot();
    const { out } = await project.run(['add', 'model', 'my-net', '--dry-run']);
    expect(out).toContain('src/models/my-net.ts');
    expect((await project.run(['add', 'model', 'my-net'], { environment: { npm_config_dry_run: 'true' } })).out).toBe(out);
    expect(project.snapshot()).toEqual(before);
  });

  test('with --json is one object for tools, errors too', async () => {
    expect(JSON.parse((await project.run(['add', 'metric', 'top-two', '--json'])).out)).toEqual({
      module: 'metric',
      name: 'top-two',
      created: ['src/metrics/top-two.ts', 'test/metrics/top-two.test.ts'],
      changed: [
        { path: 'src/metrics/index.ts', lines: 2 },
        { path: 'config.ts', lines: 0 },
      ],
      next: 'npm run train fast-dev-run',
      dryRun: false,
    });
    expect(JSON.parse((await project.run(['add', 'metric', 'Top', '--json'])).out).error).toMatchObject({ code: 'usage', exitCode: 2 });
  });

  test('a model can begin as a copy of one of the catalogue', async () => {
    await project.must('add', 'model', 'big-net', '--like', 'lenet5');
    const copy = project.read('src/models/lenet5.ts').replace('const lenet5', 'const bigNet').replace("'lenet5'", "'big-net'");
    expect(project.read('src/models/big-net.ts')).toBe(copy);
    expect(await refused(['add', 'model', 'other', '--like', 'lenet9'])).toMatch(/Did you mean lenet5\?/);
  });

  test('goes by the package manager of the project', async () => {
    project.write('.yo-rc.json', project.read('.yo-rc.json').replace('"package-manager": "npm"', '"package-manager": "pnpm"'));
    expect(await project.must('add', 'loss', 'focal')).toContain('pnpm train training.loss=focal');
  });

  test('goes on where an index.ts was filled by hand, and says which lines where it cannot', async () => {
    project.write('src/losses/index.ts', 'export const losses = list();\n');
    const error = await refused(['add', 'loss', 'focal'], {}, 1);
    expect(error).toContain("    import { focal } from './focal.ts';\n    export const losses = [ ..., focal] as const;");
    project.write('src/losses/index.ts', "import { focal } from './focal.ts';\nexport const losses = list(focal);\n");
    await project.must('add', 'loss', 'focal');
    expect(project.read('src/losses/index.ts')).toBe("import { focal } from './focal.ts';\nexport const losses = list(focal);\n");
  });

  test('leaves a config.ts that it does not understand, and says what to switch on', async () => {
    project.write('config.ts', "export { default } from './other.ts';\n");
    expect(await project.must('add', 'callback', 'slack-message')).toContain('switch it on: callbacks.slackMessage in config.ts');
    expect(project.read('config.ts')).toBe("export { default } from './other.ts';\n");
  });
});

describe('what add refuses', () => {
  test.each([
    [[], /Which module\? Type: add <module> <name>/],
    [['calback', 'x'], /no kind of module "calback". Did you mean callback\?/],
    [['callback'], /Which name shall the callback have\? Type: add callback my-callback/],
    [['callback', 'a', 'b'], /these came too: "b"/],
    [['callback', 'x', '--like', 'mlp'], /no flag "--like"/],
    [
      ['callback', 'early-stopping'],
      /earlyStopping is the name of a callback of the library. Take another: add callback my-early-stopping/,
    ],
    [['callback', 'earlystopping'], /earlyStopping is the name/],
    [['metric', 'f1-score'], /f1Score is the name/],
    [['layer', 'conv-2d'], /Conv2D is the name of a layer of the library/],
    [['model', 'lenet5'], /lenet5 is the name of a model of the library/],
    [['dataset', 'create-data-loaders'], /src\/data\/index.ts has a createDataLoaders already/],
    [['dataset', 'datasets'], /src\/data\/index.ts has a datasets already/],
  ])('%j', async (words, message) => {
    expect(await refused(['add', ...words])).toMatch(message);
  });

  test('a file of the user, and one that differs in case alone', async () => {
    project.write('src/losses/focal.ts', 'export const focal = 1;\n');
    project.write('src/losses/Huber2.ts', '');
    expect(await refused(['add', 'loss', 'focal'])).toMatch(/src\/losses\/focal.ts is there already, and it is yours/);
    expect(await refused(['add', 'loss', 'huber2'])).toMatch(/src\/losses\/Huber2.ts has nearly the same name/);
  });

  test('a flag that npm kept, with the right spelling', async () => {
    const environment = { npm_config_like: 'true' };
    expect(await refused(['add', 'model', 'my-net', 'mlp'], { environment })).toMatch(/npm run add model my-net -- --like mlp/);
  });

  test('a mistyped command', async () => {
    expect(await refused(['ad', 'callback', 'x'])).toMatch(/There is no command ad. Did you mean add\?/);
  });

  test.each(['src/losses', 'src/losses/index.ts', 'test/losses'])('a link at %s that leads out of the project', async (path) => {
    const outside = mkdtempSync(join(tmpdir(), 'outside-'));
    const [place, target] = [join(project.root, path), join(outside, 'target')];
    if (path.startsWith('src')) renameSync(place, target);
    else mkdirSync(target);
    symlinkSync(target, place);
    const before = readdirSync(outside, { recursive: true });
    expect((await project.run(['add', 'loss', 'focal'])).error).toContain(`${path} is a link that leads out of the project`);
    expect(readdirSync(outside, { recursive: true })).toEqual(before);
    expect(readdirSync(realpathSync(project.root))).not.toContain('focal.ts');
  });

  test('a memory that is no longer JSON', async () => {
    writeFileSync(join(project.root, '.yo-rc.json'), '{ oops');
    expect(await refused(['add', 'loss', 'focal'], {}, 1)).toMatch(/is not JSON any more/);
  });
});

describe('names', () => {
  test.each([
    ['SlackMessage', /Type: add callback slack-message/],
    ['slack_message', /Type: add callback slack-message/],
    ["it's", /Type: add callback it-s/],
    ['<%= 1 %>', /cannot be a name/],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the hostile name
    ['${HOME}', /Type: add callback home/],
    ['two\nlines', /"two\\nlines".*Type: add callback two-lines/],
    ['🧠', /cannot be a name/],
    ['x'.repeat(10_000), /has 10,000 characters; a name has at most 50/],
    ['class', /is a word of JavaScript. Type: add callback my-class/],
    ['constructor', /is a word of JavaScript/],
    ['to-string', /is a word of JavaScript/],
    ['__proto__', /Type: add callback proto/],
    ['..', /cannot be a name/],
    ['../../evil', /Type: add callback evil/],
    ['con', /device on Windows. Type: add callback my-con/],
    ['lpt1', /device on Windows/],
    ['index', /lists the others. Type: add callback my-index/],
    ['3d', /Type: add callback d/],
    ['', /cannot be a name/],
  ])('%j is refused, with one to type', (name, message) => {
    expect(() => readModuleName(name, 'add callback')).toThrow(message);
  });

  test('whatever is allowed is a file and an identifier everywhere; whatever is proposed is allowed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom('CON', 'Delete', '9', 'a--b')), (typed) => {
        try {
          expect(readModuleName(typed, 'add').id).toMatch(/^[a-z][A-Za-z0-9]*$/);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
          const proposal = proposeModuleName(typed);
          if (proposal) readModuleName(proposal, 'add');
        }
      }),
      { numRuns: 500 },
    );
  });
});
