import { existsSync, mkdirSync, readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lastCheckpointPath, readCheckpoint, readSavedTraining } from '../../../src/checkpoint/index.ts';
import { RandomStream } from '../../../src/core/random.ts';
import { type FoundRun, listRuns } from '../../../src/runs/find-run.ts';
import { makeTinyProject, type Outcome, outcome, type TinyProject } from '../../support/tiny-project.ts';

let unbroken: TinyProject;
let broken: TinyProject;
beforeAll(() => {
  unbroken = makeTinyProject();
  broken = makeTinyProject();
});
afterAll(() => {
  unbroken.remove();
  broken.remove();
});

/** Dropout, momentum, a schedule per step, early stopping, a metric per class; 150 steps an epoch, and as much validation. */
const words = [
  ...['model.name=mlp', 'model.hidden=16,8', 'model.dropout=0.3', 'data.images=4800', 'data.validationSplit=0.5'],
  ...['training.epochs=14', 'training.metrics=accuracy,f1Score'],
  ...['training.optimizer=sgd', 'training.optimizer.learningRate=0.05', 'training.optimizer.momentum=0.9'],
  ...['callbacks.learningRateScheduler=true', 'callbacks.earlyStopping.patienceEpochs=12', 'callbacks.modelCheckpoint.saveTopK=3'],
  'callbacks.backupAndRestore.saveFreq=40',
];

/** What must be equal to the bit: every byte that is left but the times that passed. */
async function left({ folder, record }: FoundRun) {
  const path = (...parts: string[]) => join(folder, ...parts);
  const { training, ...last } = await readSavedTraining(lastCheckpointPath({ path }));
  const { csvLogger: _times, ...callbacks } = training.callbacks;
  const names = readdirSync(path('checkpoints')).filter((name) => /^(best|epoch-\d+)\.safetensors$/.test(name));
  return {
    last: { ...last, training: { ...training, callbacks } },
    models: Object.fromEntries(names.map((name) => [name, readFileSync(path('checkpoints', name)).toString('base64')])),
    log: readFileSync(path('log.csv'), 'utf8').replaceAll(/(,[^,\n]*){2}$/gm, ''),
    result: record.result,
    bestEpoch: record.bestEpoch,
    status: record.status,
  };
}

/** How a process is killed: after some milliseconds of training, or in the middle of writing its so-manieth checkpoint. */
type Death = { readonly milliseconds: number } | { readonly checkpoint: number };

/** @returns undefined where it was killed, its outcome where it had ended before */
async function trainAndKill(project: TinyProject, given: readonly string[], death: Death): Promise<Outcome | undefined> {
  const child = project.start('train', given);
  const ended = outcome(child);
  let killed = false;
  const kill = () => {
    killed = child.kill('SIGKILL');
  };
  const begun = new Promise<void>((done) => child.stdout?.on('data', (text) => String(text).includes('val_loss') && done()));
  await Promise.race([begun, ended]);
  const stop = 'milliseconds' in death ? killLater(kill, death.milliseconds) : killWhileWriting(project, kill, death.checkpoint);
  const result = await ended;
  stop();
  return killed && result.code !== 0 ? undefined : result;
}

function killLater(kill: () => void, milliseconds: number): () => void {
  const timer = setTimeout(kill, milliseconds);
  return () => clearTimeout(timer);
}

/** Kills as soon as a half-written file is seen. */
function killWhileWriting(project: TinyProject, kill: () => void, count: number): () => void {
  const folder = join(listRuns(project.root)[0].folder, 'checkpoints');
  mkdirSync(folder, { recursive: true });
  let seen = 0;
  const watcher = watch(folder, (_event, file) => {
    if (file?.startsWith('next.safetensors.') && existsSync(join(folder, file)) && ++seen === count) kill();
  });
  return () => watcher.close();
}

it('a training that is killed at any moments and goes on each time ends with the bits of an unbroken one', async () => {
  expect(await unbroken.run('train', words)).toMatchObject({ code: 0, stderr: '' });
  const random = new RandomStream(0, 'kills');
  let kills = 0;
  let result: Outcome | undefined;
  for (let start = 0; result === undefined; start++) {
    const given = start === 0 ? words : ['resume'];
    const death = start % 3 === 2 ? { checkpoint: random.integer(3) + 1 } : { milliseconds: random.uniform(0, 250) };
    result = kills < 14 ? await trainAndKill(broken, given, death) : await broken.run('train', given);
    if (result) break;
    kills++;
    const [{ folder, record }] = listRuns(broken.root);
    expect(record.status).toBe('killed');
    const files = existsSync(join(folder, 'checkpoints')) ? readdirSync(join(folder, 'checkpoints')) : [];
    for (const file of files) if (file.endsWith('.safetensors')) await readCheckpoint(join(folder, 'checkpoints', file));
  }
  expect(kills).toBeGreaterThanOrEqual(10);
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(listRuns(broken.root)).toHaveLength(1);
  expect(await left(listRuns(broken.root)[0])).toEqual(await left(listRuns(unbroken.root)[0]));
});
