import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { memory } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { defineCallback } from '../../../src/callbacks/callback.ts';
import type { Features } from '../../../src/data/features.ts';
import { defineLoss } from '../../../src/losses/loss.ts';
import { meanSquaredError } from '../../../src/losses/mean-squared-error.ts';
import { accuracy } from '../../../src/metrics/accuracy.ts';
import { mlp } from '../../../src/models/mlp.ts';
import { defineProject } from '../../../src/project/define-project.ts';
import { createRun } from '../../../src/runs/create-run.ts';
import { testConfig } from '../runs/test-config.ts';

const ownLoss = defineLoss({ name: 'ownLoss', defaults: { weight: 2 }, create: () => meanSquaredError.create({}) });
const ownCallback = defineCallback({ name: 'ownCallback', defaults: { every: 3 }, create: ({ every }) => ({ name: `own${every}` }) });
const features: Features = {
  task: 'classification',
  inputShape: [4],
  outputs: 3,
  outputNames: ['a', 'b', 'c'],
  preprocessing: { kind: 'scale', scale: 1, offset: 0 },
};

let root: string;
beforeAll(async () => {
  await useBackend();
});
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'project-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function define(own: { models?: readonly []; losses?: readonly (typeof ownLoss)[]; metrics?: readonly (typeof accuracy)[] } = {}) {
  return defineProject({
    root: pathToFileURL(`${root}/`),
    datasets: [],
    models: [mlp],
    losses: own.losses ?? [ownLoss],
    metrics: own.metrics ?? [],
    callbacks: [ownCallback],
  });
}

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}

describe('defineProject', () => {
  it("offers the project's own parts and the library's", () => {
    const project = define();
    expect(project.root).toBe(root);
    expect(project.losses.map(({ name }) => name)).toEqual(expect.arrayContaining(['ownLoss', 'sparseCategoricalCrossentropy']));
    expect(project.callbacks.map(({ name }) => name)).toEqual(expect.arrayContaining(['ownCallback', 'earlyStopping', 'progress']));
  });

  it('refuses a name that occurs twice, and one that cannot be typed', () => {
    expect(() => define({ metrics: [accuracy] })).toThrow('There is more than one metric named accuracy. Rename one of yours.');
    expect(() => define({ losses: [ownLoss, ownLoss] })).toThrow('There is more than one loss named ownLoss.');
    const odd = { ...ownLoss, name: 'my loss' as 'ownLoss' };
    expect(() => define({ losses: [odd] })).toThrow('The loss name "my loss" cannot be typed as a setting.');
  });

  it('builds models whose weights follow from the seed', async () => {
    const project = define();
    const before = memory().numTensors;
    const model = project.createModel({ ...mlp.defaults, name: 'mlp', hidden: [5] }, features, 0);
    const same = project.createModel({ ...mlp.defaults, name: 'mlp', hidden: [5] }, features, 0);
    expect(await model.getWeights()[0].data()).toEqual(await same.getWeights()[0].data());
    expect(model.outputs[0].shape).toEqual([null, 3]);
    model.dispose();
    same.dispose();
    expect(memory().numTensors).toBe(before);
    expect(() => project.createModel({ ...mlp.defaults, name: 'lenet' as 'mlp' }, features, 0)).toThrow(
      'There is no model named "lenet". Known: mlp.',
    );
  });

  it('makes losses and metrics from their settings', () => {
    const project = define();
    expect(project.createLoss({ name: 'ownLoss', weight: 1 }).name).toBe('meanSquaredError');
    expect(project.createMetrics([{ name: 'accuracy' }, { name: 'topKAccuracy', k: 2 }]).map(({ name }) => name)).toEqual([
      'accuracy',
      'topKAccuracy',
    ]);
    expect(() => project.createMetrics([{ name: 'accuracy' }, { name: 'accuracy' }])).toThrow(
      'training.metrics has two metrics with the log key accuracy. Leave one out.',
    );
  });

  it('makes the callbacks that are on, and within a run the default ones', () => {
    const project = define();
    const { run } = createRun({ root, config: testConfig });
    const names = (config: Parameters<typeof project.createCallbacks>[0], within = true) =>
      project.createCallbacks(config, within ? (run as never) : undefined).map(({ name }) => name);
    expect(names({}, false)).toEqual([]);
    expect(names({})).toEqual(['terminateOnNaN', 'modelCheckpoint', 'report', 'progress', 'backupAndRestore']);
    expect(names({ progress: false, ownCallback: { every: 4 }, earlyStopping: false })).toEqual([
      'own4',
      'terminateOnNaN',
      'modelCheckpoint',
      'report',
      'backupAndRestore',
    ]);
    expect(() => names({ earlyStoping: {} } as never)).toThrow('There is no callback named "earlyStoping". Did you mean earlyStopping?');
  });

  it('loads config.ts', async () => {
    await expect(define().loadConfig()).rejects.toThrow(`There is no config.ts in ${root}.`);
    write('config.ts', 'export const config = {};');
    await expect(define().loadConfig()).rejects.toThrow('config.ts has no default export. Write: export default ...');
  });

  it('gives what config.ts exports', async () => {
    write('config.ts', "export default { name: 'x' };");
    expect(await define().loadConfig()).toEqual({ name: 'x' });
  });

  it('loads experiments by name, and tells in one line what is wrong with a file', async () => {
    expect(define().experimentNames()).toEqual([]);
    await expect(define().loadExperiment('quick')).rejects.toThrow('There is no experiment "quick". In experiments/ there are: none.');
    write('experiments/quick.ts', 'export default { training: { epochs: 1 } };');
    write('experiments/list.ts', 'export default [3];');
    write('experiments/throws.ts', "throw new RangeError('too far');");
    expect(define().experimentNames()).toEqual(['list', 'quick', 'throws']);
    expect(await define().loadExperiment('quick')).toEqual({ training: { epochs: 1 } });
    await expect(define().loadExperiment('qick')).rejects.toThrow('There is no experiment "qick". Did you mean quick?');
    for (const path of ['../config', './quick', 'sub/quick', 'quick.ts', '/etc/passwd', 'quick\0'])
      await expect(define().loadExperiment(path), path).rejects.toThrow(`There is no experiment ${JSON.stringify(path)}.`);
    await expect(define().loadExperiment('list')).rejects.toThrow(
      'experiments/list.ts exports no experiment. Write: export default defineExperiment<Project>({ ... })',
    );
    await expect(define().loadExperiment('throws')).rejects.toThrow(/^experiments\/throws\.ts cannot be read\. .*RangeError: too far$/);
  });

  it('loads recipes by name and says which there are', async () => {
    await expect(define().loadRecipe('small')).rejects.toThrow('There is no recipe "small". In compression/ there are: none.');
    write('compression/deep-compression.ts', "export default { name: 'pipeline', needs: 'nothing' };");
    write('compression/nothing.ts', 'export default 3;');
    expect(await define().loadRecipe('deep-compression')).toEqual({ name: 'pipeline', needs: 'nothing' });
    await expect(define().loadRecipe('deep-compresion')).rejects.toThrow(
      'There is no recipe "deep-compresion". Did you mean deep-compression? In compression/ there are: deep-compression, nothing.',
    );
    await expect(define().loadRecipe('')).rejects.toThrow('No recipe is named. In compression/ there are: deep-compression, nothing.');
    await expect(define().loadRecipe('../config')).rejects.toThrow('There is no recipe "../config".');
    await expect(define().loadRecipe('nothing')).rejects.toThrow(
      'compression/nothing.ts exports no technique. Write: export default pipeline([...])',
    );
  });
});
