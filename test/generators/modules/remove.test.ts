import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { ProjectFolder } from './project-folder.ts';

let project: ProjectFolder;
beforeEach(async () => {
  project = new ProjectFolder();
  await project.must('add', 'callback', 'slack-message');
});

const remove = ['remove', 'callback', 'slack-message'];

describe('remove', () => {
  test('says what went and what changed', async () => {
    expect(await project.must(...remove)).toBe(
      '  removed  src/callbacks/slack-message.ts\n  removed  test/callbacks/slack-message.test.ts\n  changed  src/callbacks/index.ts\n  changed  config.ts',
    );
    expect(existsSync(join(project.root, 'test/callbacks'))).toBe(false);
  });

  test.each([
    ['its file was changed', 'src/callbacks/slack-message.ts', '// mine\n', 'src/callbacks/slack-message.ts was changed'],
    [
      'the list uses it otherwise',
      'src/callbacks/index.ts',
      'export const loud = slackMessage;\n',
      'src/callbacks/index.ts uses slackMessage',
    ],
    ['another file imports it', 'src/train.ts', "import { slackMessage } from './callbacks/slack-message.ts';\n", 'src/train.ts uses it'],
    ['a study names it', 'tuning/learning-rate.ts', "export const name = 'slackMessage';\n", 'tuning/learning-rate.ts uses it'],
  ])('refuses where %s, and does it with --force', async (_, path, more, message) => {
    project.write(path, project.read(path) + more);
    const before = project.snapshot();
    const { code, error } = await project.run(remove);
    expect(code).toBe(2);
    expect(error).toContain(message);
    expect(error).toContain('npx create-dl-project remove callback slack-message --force');
    expect(project.snapshot()).toEqual(before);
    await project.must(...remove, '--force');
    expect(existsSync(join(project.root, 'src/callbacks/slack-message.ts'))).toBe(false);
    expect(project.read('.yo-rc.json')).not.toContain('slack-message');
  });

  test('refuses where its settings were changed, or config.ts names it', async () => {
    project.write('config.ts', project.read('config.ts').replace('slackMessage: {}', 'slackMessage: { everyEpochs: 2 }'));
    expect((await project.run(remove)).error).toContain('config.ts: callbacks.slackMessage was changed');
    await project.must('add', 'model', 'my-net');
    project.write('config.ts', project.read('config.ts').replace(/model: \{.*\}/, "model: { name: 'my-net' }"));
    expect((await project.run(['remove', 'model', 'my-net'])).error).toContain('config.ts names my-net');
  });

  test('takes Windows line ends, which git may give, for no change', async () => {
    const path = 'src/callbacks/slack-message.ts';
    project.write(path, project.read(path).replaceAll('\n', '\r\n'));
    await project.must(...remove);
  });

  test('does not mind what the user has removed already', async () => {
    project.write('src/callbacks/index.ts', 'export const callbacks = [] as const;\n');
    expect(await project.must(...remove)).not.toContain('index.ts');
  });

  test('with --dry-run touches nothing', async () => {
    const before = project.snapshot();
    expect(await project.must(...remove, '--dry-run')).toContain('removed  src/callbacks/slack-message.ts');
    expect(project.snapshot()).toEqual(before);
  });

  test('knows only what add put in', async () => {
    const { code, error } = await project.run(['remove', 'callback', 'slack-mesage']);
    expect(code).toBe(2);
    expect(error).toContain('add put no callback "slack-mesage" into this project. Did you mean slack-message? It put in: slack-message.');
    expect((await project.run(['remove', 'model', 'lenet5'])).error).toContain('It put in: none.');
    expect((await project.run(['remove', 'callback', 'constructor'])).code).toBe(2);
  });
});

describe('list', () => {
  test('shows every kind and what the project has of it, by hand or by add', async () => {
    const out = await project.must('list');
    expect(out).toMatch(/callback\s+what happens during training\s+slack-message\n/);
    expect(out).toMatch(/model\s+layers that learn\s+lenet5\n/);
    const { modules } = JSON.parse((await project.run(['list', '--json'])).out);
    expect(modules[2]).toEqual({
      module: 'callback',
      summary: 'what happens during training',
      has: ['slack-message'],
      added: ['slack-message'],
    });
  });

  test('tells kinds apart that share a folder', async () => {
    await project.must('add', 'tracker', 'team-board');
    const { modules } = JSON.parse((await project.run(['list', '--json'])).out);
    const has = (kind: string) => modules.find(({ module }: { module: string }) => module === kind).has;
    expect([has('callback'), has('tracker')]).toEqual([['slack-message'], ['team-board']]);
  });

  test('outside of a project shows the kinds', async () => {
    const { code, out } = await project.run(['list'], { cwd: join(project.root, '..') });
    expect(code).toBe(0);
    expect(out).toContain('layer');
  });
});
