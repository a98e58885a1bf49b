import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listRuns } from '../../../src/runs/find-run.ts';
import { makeTinyProject, outcome, type TinyProject } from '../../support/tiny-project.ts';

let project: TinyProject;
beforeAll(() => {
  project = makeTinyProject();
});
afterAll(() => project.remove());

/** Writes `src/<name>.ts`: a script that does `body` with config, run and settings. */
function script(name: string, body: string, options = ''): void {
  const text = `import { runScript } from 'dl-project/runs';
import { project } from './project.ts';
await runScript(import.meta.url, project, async (config, run, settings) => { ${body} }, { ${options} });\n`;
  writeFileSync(join(project.root, `src/${name}.ts`), text);
}

describe('a script', () => {
  it('starts nothing when the command line cannot be meant', async () => {
    const [misspelt, word, kept, none] = await Promise.all([
      project.run('train', ['training.epoch=3', 'model.unit=2']),
      project.run('train', ['fast-dev-rum']),
      project.run('train', [], { npm_config_user_agent: 'npm/11.0.0 node/v20', npm_config_epochs: '5' }),
      project.run('evaluate'),
    ]);
    expect(misspelt).toEqual({
      code: 2,
      stdout: '',
      stderr:
        '  model.unit is not a setting. Did you mean model.units (whole number, now 8)?\n' +
        '  training.epoch is not a setting. Did you mean training.epochs (whole number, now 3)?\n',
    });
    expect(word).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean fast-dev-run?') });
    expect(kept).toMatchObject({ code: 2, stderr: '  npm kept --epochs for itself. Type: npm run train training.epochs=5\n' });
    expect(none).toEqual({ code: 1, stdout: '', stderr: '  There is no finished training yet. Type: npm run train\n' });
    expect(existsSync(join(project.root, 'runs'))).toBe(false);
  });

  it('prints the config as resolved, or help, and stops', async () => {
    const [config, help] = await Promise.all([
      project.run('train', ['print-config', 'model=mlp', 'training.epochs=1e1']),
      project.run('predict', ['help'], { npm_config_user_agent: 'pnpm/10.0.0 npm/? node/v20' }),
    ]);
    expect(JSON.parse(config.stdout)).toMatchObject({ model: { name: 'mlp', hidden: [128, 64] }, training: { epochs: 10 } });
    expect(config.stderr).toBe('  model.name=mlp: its own defaults are used (hidden [128, 64], dropout 0)\n');
    expect(help.stdout).toMatch(/^ {2}pnpm predict \[key=value \.\.\.\]/);
    expect(help.stdout).toMatch(/ {4}index +17\n/);
    expect(help.stdout).toMatch(/ {4}training\.epochs +whole number +3 +passes over the training data\n/);
    expect(existsSync(join(project.root, 'runs'))).toBe(false);
  });

  it('trains, keeps what it did, and says what is next; then evaluate takes that training', async () => {
    const train = await project.run('train', ['training.epochs=2']);
    expect(train.stderr).toBe('');
    expect(train.code).toBe(0);
    expect(train.stdout).toMatch(/^\n {2}backend {3}wasm, 1 thread/);
    expect(train.stdout).toMatch(/ s {3}next: npm run predict, npm run evaluate, npm run compress\n$/);
    const [{ record, folder }] = listRuns(project.root);
    expect(record).toMatchObject({ kind: 'train', status: 'finished', script: 'train', bestEpoch: 1 });
    expect(Object.keys(record.result ?? {})).toEqual(['loss', 'accuracy', 'val_loss', 'val_accuracy']);

    const [evaluate, fast, refused] = await Promise.all([
      project.run('evaluate'),
      project.run('train', ['fast-dev-run']),
      project.run('evaluate', ['model.units=4']),
    ]);
    expect(evaluate.code).toBe(0);
    expect(evaluate.stdout).toMatch(new RegExp(`^\\n {2}run {7}runs/tiny/${record.id}, epoch 2, val_accuracy \\d`));
    expect(fast.code).toBe(0);
    expect(fast.stdout).toMatch(/next: npm run train\n$/);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('Train another one: npm run train model.units=4') });
    expect(readFileSync(join(project.root, 'runs/latest'), 'utf8')).toBe(`runs/tiny/${record.id}\n`);
    expect(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')).training.epochs).toBe(2);
  });

  it('prints nothing when it is to be quiet', async () => {
    expect(await project.run('train', ['quiet', 'fast-dev-run'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('marks a training that fails: exit 1, a line for what the user can mend, a stack for a bug', async () => {
    script('broken', "throw new TypeError('a bug')");
    const [bug, data] = await Promise.all([project.run('broken'), project.run('train', ['data.images=0'])]);
    expect(bug.code).toBe(1);
    expect(bug.stderr).toMatch(/TypeError: a bug\n +at .*broken\.ts/);
    expect(data.code).toBe(1);
    expect(data.stderr).not.toMatch(/^ +at /m);
    const failed = listRuns(project.root).filter(({ record }) => record.status === 'failed');
    expect(failed.map(({ record }) => record.script).sort()).toEqual(['broken', 'train']);
    expect(failed.map(({ record }) => record.error)).toContain('a bug');
  });

  it('is marked as stopped by Ctrl-C and exits with 130', async () => {
    script('endless', "run.print('waiting'); await new Promise((done) => setTimeout(done, 60_000))");
    const child = project.start('endless');
    const ended = outcome(child);
    await new Promise<void>((done) => child.stdout?.on('data', (text) => String(text).includes('waiting') && done()));
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, stderr: expect.stringContaining('Stopped.') });
    expect(listRuns(project.root).find(({ record }) => record.script === 'endless')?.record.status).toBe('stopped');
  });

  it('gets its own settings, and does nothing when it is imported', async () => {
    script('own', 'console.log(JSON.stringify(settings), run.kind)', "on: 'project', settings: { index: 17, file: '' }");
    writeFileSync(join(project.root, 'src/imports.ts'), "import './own.ts';\nconsole.log('imported');\n");
    symlinkSync(join(project.root, 'src/own.ts'), join(project.root, 'src/linked.ts'));
    const [own, imports, wrong, linked] = await Promise.all([
      project.run('own', ['index=3']),
      project.run('imports', ['index=x']),
      project.run('own', ['index=x']),
      project.run('linked'),
    ]);
    expect(own.stdout).toBe('\n{"index":3,"file":""} other\n');
    expect(imports.stdout).toBe('imported\n');
    expect(wrong).toMatchObject({ code: 2, stderr: '  index must be a number, not "x".\n' });
    expect(linked.stdout).toBe('\n{"index":17,"file":""} other\n');
  });
});
