import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSavedTraining } from '../../../src/checkpoint/read-saved-training.ts';
import { listRuns } from '../../../src/runs/find-run.ts';
import { makeTinyProject, type TinyProject } from '../../support/tiny-project.ts';

let project: TinyProject;
let isMounted = false;
const mount = (...words: string[]) => spawnSync('mount', [...words, join(project.root, 'runs')]).status === 0;

beforeAll(() => {
  project = makeTinyProject();
  mkdirSync(join(project.root, 'runs'));
  isMounted = mount('-t', 'tmpfs', '-o', 'size=500k', 'tmpfs');
});
afterAll(() => {
  if (isMounted) spawnSync('umount', [join(project.root, 'runs')]);
  project.remove();
});

describe('a full disk', () => {
  it('ends the training in a sentence with the last checkpoint whole, and it goes on when there is room', async ({ skip }) => {
    skip(!isMounted, 'needs the right to mount a small disk');
    // Every epoch leaves a checkpoint of 22 KB.
    const words = ['model.name=mlp', 'model.hidden=64,64', 'training.epochs=30', 'callbacks.modelCheckpoint.saveTopK=100'];
    const full = await project.run('train', words);
    const advice =
      'Make room, for example by deleting old folders of runs/. Typed again, the command goes on where it was; a training by npm run train resume';
    expect(full).toMatchObject({ code: 1, stderr: `  The disk is full. ${advice}\n` });
    const [{ folder }] = listRuns(project.root);
    const { training } = await readSavedTraining(join(folder, 'checkpoints/last.safetensors'));
    expect(training.epoch).toBeGreaterThan(2);
    expect(readdirSync(join(folder, 'checkpoints')).filter((file) => file.endsWith('.tmp'))).toEqual([]);

    expect(mount('-o', 'remount,size=20m')).toBe(true);
    expect(await project.run('train', ['resume'])).toMatchObject({ code: 0, stderr: '' });
    expect(listRuns(project.root)[0].record).toMatchObject({ status: 'finished' });
  });
});
