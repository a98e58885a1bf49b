import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve-config.ts';
import { createRun } from '../../../src/runs/create-run.ts';
import { findRun } from '../../../src/runs/find-run.ts';
import { describeTrainedRun, resolveTrainedConfig } from '../../../src/runs/trained-run.ts';
import { input, parts } from '../config/parts.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runs-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function trainedRun() {
  const { config } = resolveConfig(parts, input, [['model.units', 10]]);
  const { run, end } = createRun({ root, config });
  run.record({ bestEpoch: 2 });
  end('finished', { result: { loss: 0.1, val_loss: 0.25, val_accuracy: 0.989 } });
  return findRun(root, run.id);
}

describe('resolveTrainedConfig', () => {
  it('takes the config of the training, whatever config.ts says by now, and what is typed', () => {
    const { config } = resolveTrainedConfig(parts, root, trainedRun(), [['data.batchSize', '7']], {});
    expect(config.model).toMatchObject({ units: 10 });
    expect(config.data.batchSize).toBe(7);
  });

  it.each(['model.units', 'model.name', 'model', 'model.unts'])('refuses to change %s', (key) => {
    expect(() => resolveTrainedConfig(parts, root, trainedRun(), [[key, '5']], {})).toThrow(
      `${key} cannot be changed any more: the model is trained as it is. Train another one: npm run train ${key}=5`,
    );
  });

  it.each(['seed', 'data.validationSplit'])('refuses to change %s, which would let it be judged by what trained it', (key) => {
    expect(() => resolveTrainedConfig(parts, root, trainedRun(), [[key, '0.2']], {})).toThrow(
      `${key} cannot be changed any more: samples that trained the model would judge it. Train another one: npm run train ${key}=0.2`,
    );
  });

  it.each(['experiment', 'from-study', 'from-run'])('refuses %s, which is for a new training', (key) => {
    expect(() => resolveTrainedConfig(parts, root, trainedRun(), [[key, 'quick']], {})).toThrow(
      `${key} is for a new training: this one has its settings. Train another one: npm run train ${key}=quick`,
    );
  });

  it('names the file where settings do not fit the project any more', () => {
    const found = trainedRun();
    const { units: _, ...rest } = { ...found.record.config.model, size: 3 } as unknown as Record<string, unknown>;
    writeFileSync(join(found.folder, 'config.json'), JSON.stringify({ ...found.record.config, model: rest }));
    const shown = `runs/lenet5/${found.record.id}/config.json`;
    expect(() => resolveTrainedConfig(parts, root, found, [], {})).toThrow(`${shown}: model.size is not a setting.`);
    writeFileSync(join(found.folder, 'config.json'), '{');
    expect(() => resolveTrainedConfig(parts, root, found, [], {})).toThrow(
      `${shown} cannot be read, so that run cannot be used. Choose another`,
    );
  });
});

describe('describeTrainedRun', () => {
  it('names the run, its epoch and what it reached', () => {
    const found = trainedRun();
    expect(describeTrainedRun(root, found)).toBe(`runs/lenet5/${found.record.id}, epoch 3, val_accuracy 98.9 %`);
    const plain = { ...found.record.config, training: { ...found.record.config.training, metrics: [] } };
    expect(describeTrainedRun(root, { ...found, record: { ...found.record, config: plain } })).toMatch(/, epoch 3, val_loss 0.250$/);
    expect(describeTrainedRun(root, { ...found, record: { ...found.record, bestEpoch: undefined, result: undefined } })).toBe(
      `runs/lenet5/${found.record.id}`,
    );
  });
});
