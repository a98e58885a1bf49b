import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readCheckpoint } from '../../../src/checkpoint/index.ts';
import { listRuns } from '../../../src/runs/find-run.ts';
import { makeTinyProject } from '../../support/tiny-project.ts';

const project = makeTinyProject();
afterAll(() => project.remove());

test('a project goes on from the weights of a run, and keeps layers frozen until an epoch', async () => {
  expect(await project.run('train', ['training.epochs=1'])).toMatchObject({ code: 0, stderr: '' });
  const [{ record }] = listRuns(project.root);
  const words = [`model.weights=${record.id}`, 'model.freeze=dense1', 'callbacks.unfreeze.epoch=2', 'callbacks.unfreeze.layers=dense*'];
  const [tuned, summary, unknown, misspelt] = await Promise.all([
    project.run('train', ['training.epochs=2', ...words]),
    project.run('summary', ['model.freeze=dense1']),
    project.run('train', ['model.weights=no-such-run']),
    project.run('train', ['model.freeze=dens1']),
  ]);
  expect(tuned).toMatchObject({ code: 0, stderr: '' });
  expect(tuned.stdout).toMatch(/weights {3}runs\/\S+, epoch 1/);
  expect(tuned.stdout).toMatch(/frozen {4}dense1 +1 of 2 layers, \d+ weights stay as they are/);
  expect(summary.stdout).toMatch(/\n +trained +\d+/);
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no run "no-such-run".') });
  expect(unknown.stdout).toBe(''); // before the data was read
  expect(misspelt).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean dense1?') });
});

test('layers are held still by a rate of 0, as docs/fine-tuning.md says', async () => {
  const before = listRuns(project.root).at(-1)!;
  const rates = 'training.optimizer.learningRateMultipliers={"dense1":0}';
  const held = await project.run('train', ['training.epochs=1', `model.weights=${before.record.id}`, rates]);
  expect(held).toMatchObject({ code: 0, stderr: '' });
  const kernels = async (folder: string) => {
    const { weights } = await readCheckpoint(join(folder, 'checkpoints', 'best.safetensors'));
    return ['dense1', 'dense2'].map((layer) => [...weights.get(`${layer}/kernel`)!.values]);
  };
  const after = listRuns(project.root).find(({ record }) => record.config.training.optimizer.learningRateMultipliers?.dense1 === 0)!;
  const [first, second] = [await kernels(before.folder), await kernels(after.folder)];
  expect(second[0]).toEqual(first[0]);
  expect(second[1]).not.toEqual(first[1]);
});
