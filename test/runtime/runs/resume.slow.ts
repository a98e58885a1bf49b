import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSavedTraining } from '../../../src/checkpoint/read-saved-training.ts';
import { listRuns } from '../../../src/runs/find-run.ts';
import { writeRunRecord } from '../../../src/runs/run-record.ts';
import { makeTinyProject, outcome, type TinyProject } from '../../support/tiny-project.ts';
import { runChild } from '../backend/run-child.ts';

let project: TinyProject;
beforeAll(() => {
  project = makeTinyProject();
});
afterAll(() => project.remove());

const newest = () => listRuns(project.root)[0];

/** Starts a training and kills it once four epochs are told: those before are saved. */
async function trainAndKill(words: readonly string[]): Promise<void> {
  const child = project.start('train', words);
  const ended = outcome(child);
  let printed = '';
  await new Promise<void>((done) =>
    child.stdout?.on('data', (text) => {
      printed += text;
      if ((printed.match(/^ +\d+\/[\d,]+ /gm) ?? []).length >= 4) done();
    }),
  );
  child.kill('SIGKILL');
  await ended;
}

describe('npm run train resume', () => {
  it('says what there is to go on with', async () => {
    const [none, both, elsewhere] = await Promise.all([
      project.run('train', ['resume']),
      project.run('train', ['resume', 'fast-dev-run']),
      project.run('evaluate', ['resume']),
    ]);
    expect(none).toEqual({ code: 1, stdout: '', stderr: '  No training was interrupted. Type: npm run train\n' });
    expect(both).toMatchObject({ code: 2, stderr: '  resume and fast-dev-run exclude each other: leave one out.\n' });
    expect(elsewhere).toMatchObject({ code: 2, stderr: '  resume changes a training only. Type: npm run train resume\n' });
  });

  it('goes on with a killed training in its folder, refuses changes, and trains on for more epochs when it is finished', async () => {
    await trainAndKill(['training.epochs=1000', 'data.batchSize=4']);
    const { folder, record } = newest();
    const { id } = record;
    expect(record.status).toBe('killed');
    const fewer = await project.run('train', ['resume', 'training.epochs=2']);
    expect(fewer).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^ {2}training\.epochs is 2, but \d+ epochs are done already\.\n$/),
    });
    expect(await project.run('train', ['resume', 'data.batchSize=8'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        '  data.batchSize cannot be changed in a training that goes on: it would be another training. ' +
        'What can: training.epochs, callbacks that only watch. Begin anew: npm run train data.batchSize=8\n',
    });

    const { training: saved } = await readSavedTraining(join(folder, 'checkpoints/last.safetensors'));
    const epochs = saved.epoch + 2;
    writeFileSync(join(folder, 'checkpoints', 'next.safetensors.123.tmp'), 'half');
    const resumed = await project.run('train', [`resume=${id}`, `training.epochs=${epochs}`, 'callbacks.earlyStopping=true']);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    expect(resumed.stdout).toMatch(new RegExp(`^ {2}resume +after epoch ${saved.epoch} of ${epochs}$`, 'm'));
    expect(newest().record).toMatchObject({ id, status: 'finished', resumes: [{ notes: [] }, { notes: [] }] });
    expect(readFileSync(join(folder, 'log.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(epochs + 1);
    expect(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')).training.epochs).toBe(epochs);
    expect(readdirSync(join(folder, 'checkpoints')).filter((file) => file.endsWith('.tmp'))).toEqual([]);

    const again = await project.run('train', [`resume=${id}`]);
    const offer = `For more epochs than ${epochs}, type: npm run train resume=${id} training.epochs=${2 * epochs}\n`;
    expect(again).toEqual({ code: 1, stdout: '', stderr: `  ${id} is finished. ${offer}` });
    expect(await project.run('train', ['resume'])).toEqual({ code: 1, stdout: '', stderr: `  No training was interrupted. ${offer}` });
  });

  it('begins anew in the same folder what was killed before anything was saved, and names what changed since', async () => {
    await project.run('train', ['training.epochs=1', 'callbacks.backupAndRestore=false']);
    const { folder, record } = newest();
    expect(existsSync(join(folder, 'checkpoints/last.safetensors'))).toBe(false);
    const before = { ...record, status: 'killed' as const, backend: { name: 'tensorflow', threads: 2 } };
    writeRunRecord(folder, { ...before, environment: { ...record.environment, dlProject: '0.0.9' } });
    const resumed = await project.run('train', ['resume', 'callbacks.backupAndRestore=true']);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    expect(resumed.stdout).toContain('\n  It was interrupted before anything was saved: it begins anew.\n');
    expect(resumed.stdout).toMatch(
      / {2}Not as it was begun: backend is wasm, it was tensorflow; threads is 1, it was 2; dl-project is [\d.]+, it was 0\.0\.9\. It goes on, but/,
    );
    expect(existsSync(join(folder, 'checkpoints/last.safetensors'))).toBe(true);
  });

  it('goes on from the checkpoint before, when the last one is damaged', async () => {
    await trainAndKill(['training.epochs=1000', 'data.batchSize=4']);
    const { folder, record } = newest();
    const file = (name: string) => join(folder, 'checkpoints', name);
    writeFileSync(file('last.safetensors'), readFileSync(file('last.safetensors')).subarray(0, 700));
    const refused = await project.run('train', ['resume']);
    const offer = /The one before, saved after epoch (\d+), is whole\. Go on from it: npm run train (resume=runs\/\S+)\n$/.exec(
      refused.stderr,
    );
    expect(refused.code).toBe(1);
    const epochs = Number(offer?.[1]) + 1;
    const resumed = await project.run('train', [offer?.[2] ?? '', `training.epochs=${epochs}`]);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    expect((await readSavedTraining(file('last.safetensors'))).training.history).toHaveLength(epochs);
    expect(listRuns(project.root).find((one) => one.record.id === record.id)?.record.status).toBe('finished');
  });
});

describe('npm run train seeds=3', () => {
  it('trains once per seed, and shows mean and deviation; dl-project runs lists them', async () => {
    const own = makeTinyProject();
    try {
      const [wrong, besides] = await Promise.all([own.run('train', ['seeds=0']), own.run('train', ['seeds=2', 'resume'])]);
      expect(wrong).toMatchObject({ code: 2, stderr: '  seeds must be a whole number of at least 1, not 0. Type: seeds=5\n' });
      expect(besides).toMatchObject({ code: 1, stderr: '  No training was interrupted. Type: npm run train\n' });
      const { code, stdout, stderr } = await own.run('train', ['seeds=3', 'seed=4', 'training.epochs=2']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^ {2}3 seeds +mean +deviation +lowest +highest$/m);
      const runs = listRuns(own.root).map(({ record }) => record);
      expect(runs.map(({ seed }) => seed)).toEqual([6, 5, 4]);
      const best = runs.toSorted((a, b) => (a.monitored?.value ?? 0) - (b.monitored?.value ?? 0))[0];
      expect(readlinkSync(join(own.root, 'runs/latest'))).toBe(`tiny/${best.id}`);
      const listed = await runChild(new URL('../../../src/cli/main.ts', import.meta.url), { args: ['runs'], cwd: own.root });
      expect(listed.exitCode).toBe(0);
      expect(listed.stdout).toContain(best.id);
      expect(listed.stdout).toMatch(/^ {2}tiny +4, 5, 6 +val_accuracy/m);
    } finally {
      own.remove();
    }
  });
});
