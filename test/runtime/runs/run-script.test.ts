import { existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listRuns } from '../../../src/runs/find-run.ts';
import { makeTinyProject, outcome, type TinyProject } from '../../support/tiny-project.ts';

let project: TinyProject;
beforeAll(() => {
  project = makeTinyProject();
});
afterAll(() => project.remove());

describe('a script', () => {
  it('starts nothing when the command line cannot be meant', async () => {
    const [misspelt, kept, none] = await Promise.all([
      project.run('train', ['training.epoch=3', 'model.unit=2']),
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
    const used = 'hidden [128, 64], activation "relu", kernelInitializer "glorotNormal", dropout 0, maxNorm 0';
    expect(config.stderr).toBe(`  model.name=mlp: its own defaults are used (${used})\n`);
    expect(help.stdout).toMatch(/^ {2}pnpm predict \[key=value \.\.\.\]/);
    expect(help.stdout).toMatch(/ {4}index +0\n/);
    expect(help.stdout).toMatch(/ {4}training\.epochs +whole number +3 +passes over the training data\n/);
    expect(existsSync(join(project.root, 'runs'))).toBe(false);
  });

  it('trains, keeps what it did, and says what is next; then evaluate takes that training', async () => {
    const train = await project.run('train', ['training.epochs=2']);
    expect(train.stderr).toBe('');
    expect(train.code).toBe(0);
    expect(train.stdout).toMatch(/^\n {2}backend {3}wasm, 1 thread/);
    expect(train.stdout).toMatch(
      / s {3}report: runs\/latest\/report\.html {3}next: npm run predict, npm run evaluate, npm run compress\n$/,
    );
    const [{ record, folder }] = listRuns(project.root);
    expect(record).toMatchObject({ kind: 'train', status: 'finished', script: 'train', bestEpoch: 1 });
    const report = () => readFileSync(join(project.root, 'runs/latest/report.html'), 'utf8');
    expect(report()).toMatch(/Validation data[\s\S]*Most wrong[\s\S]*<img/);
    expect(report()).not.toContain('Test data');
    expect(Object.keys(record.result ?? {})).toEqual(['loss', 'accuracy', 'val_loss', 'val_accuracy']);

    const [evaluate, fast, refused, again] = await Promise.all([
      project.run('evaluate'),
      project.run('train', ['fast-dev-run']),
      project.run('evaluate', ['model.units=4']),
      project.run('train', [`from-run=${record.id}`, 'seed=3', 'print-config']),
    ]);
    expect(evaluate.code).toBe(0);
    expect(report()).toContain('Test data');
    expect(evaluate.stdout).toMatch(new RegExp(`^\\n {2}run {7}runs/tiny/${record.id}, epoch 2, val_accuracy \\d`));
    expect(JSON.parse(again.stdout)).toEqual({ ...record.config, seed: 3 });
    expect(again.stderr).toBe(`  from-run=${record.id}: the settings of runs/tiny/${record.id}\n`);
    expect(fast.code).toBe(0);
    expect(fast.stdout).toMatch(/next: npm run train\n$/);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('Train another one: npm run train model.units=4') });
    expect(readlinkSync(join(project.root, 'runs/latest'))).toBe(`tiny/${record.id}`);
    expect(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')).training.epochs).toBe(2);
  });

  it('takes the changes of an experiment, says which, and keeps its name', async () => {
    writeFileSync(join(project.root, 'experiments/misspelt.ts'), 'export default { training: { epoch: 1 } };');
    const [train, config, unknown, misspelt, help] = await Promise.all([
      project.run('train', ['experiment=quick', 'training.optimizer.learningRate=0.02']),
      project.run('summary', ['experiment=quick,wide', 'model.hidden=4', 'print-config']),
      project.run('train', ['experiment=qick']),
      project.run('train', ['experiment=misspelt']),
      project.run('tune', ['help']),
    ]);
    expect(train).toMatchObject({ code: 0, stderr: '' });
    expect(train.stdout).toMatch(/^\n {2}experiment=quick: data\.images=64 training\.epochs=1\n/);
    const { record } = listRuns(project.root).find((run) => run.record.experiment !== undefined)!;
    expect(record).toMatchObject({ experiment: 'quick', config: { data: { images: 64 }, training: { epochs: 1 } } });
    expect(JSON.parse(config.stdout)).toMatchObject({ model: { name: 'mlp', hidden: [4] }, callbacks: { csvLogger: false } });
    expect(config.stderr).toContain('  experiment=wide: model.name="mlp" model.hidden=[4] callbacks.csvLogger=false\n');
    expect(unknown).toEqual({
      code: 2,
      stdout: '',
      stderr: '  There is no experiment "qick". Did you mean quick? In experiments/ there are: misspelt, quick, wide.\n',
    });
    expect(misspelt.stderr).toBe(
      '  experiments/misspelt.ts: training.epoch is not a setting. Did you mean training.epochs (whole number, now 3)?\n',
    );
    expect(help.stdout).toMatch(/ {4}experiment .* in experiments\/: misspelt, quick, wide\n/);
  });

  it('looks at a batch of any size', async () => {
    const { code, stdout, stderr } = await project.run('playground', ['data.images=20000', 'data.batchSize=15000', 'samples=0']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('first batch: inputs [15000, 4, 4, 1] from 0.00 to 1.00, targets [15000]');
  });

  it('is marked as stopped by Ctrl-C in the middle of a training, and exits with 130', async () => {
    const child = project.start('train', ['training.epochs=1000000', 'callbacks.backupAndRestore=false']);
    const ended = outcome(child);
    await new Promise<void>((done) => child.stdout?.on('data', (text) => / 1\/1,?000,?000 /.test(String(text)) && done()));
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    const [{ record, folder }] = listRuns(project.root);
    expect(record.status).toBe('stopped');
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toMatch(/stopped[\s\S]*Curves[\s\S]*Confusion matrix/);
    expect(code).toBe(130);
    expect(stderr).toMatch(
      new RegExp(`^\\n {2}Stopped\\. Epoch \\d+ is kept: npm run evaluate run=${record.id}\\n  Go on: npm run train resume\\n$`),
    );
  });
});
