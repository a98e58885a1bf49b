import { describe, expect, it } from 'vitest';
import { describeRuns } from '../../../src/reporting/describe-runs.ts';
import type { RunRecord } from '../../../src/runs/run-record.ts';
import { bestOf, checkSeeds, describeSeeds, meanAndDeviation } from '../../../src/runs/seeds.ts';
import { testConfig } from './test-config.ts';

function record(seed: number, accuracy: number, facts: Partial<RunRecord> = {}): RunRecord {
  return {
    id: `run-${seed}`,
    kind: 'train',
    status: 'finished',
    script: 'train',
    start: '2026-01-01T00:00:00Z',
    end: '2026-01-01T00:01:05Z',
    seed,
    switches: { fastDevRun: false, overfitBatches: 0 },
    result: { val_loss: 1 - accuracy, val_accuracy: accuracy },
    bestEpoch: 1,
    monitored: { key: 'val_accuracy', higherIsBetter: true, value: accuracy },
    backend: undefined,
    environment: {} as RunRecord['environment'],
    processId: 1,
    config: { ...testConfig, seed },
    ...facts,
  };
}

describe('several seeds', () => {
  it('have a mean and the deviation of a sample', () => {
    expect(meanAndDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, deviation: Math.sqrt(32 / 7) });
    expect(meanAndDeviation([3])).toEqual({ mean: 3, deviation: Number.NaN });
  });

  it('have a best run by what was monitored, whichever way is up', () => {
    const runs = [record(0, 0.9), record(1, 0.95), record(2, 0.92)];
    expect(bestOf(runs)?.seed).toBe(1);
    const lower = runs.map((run) => ({ ...run, monitored: { key: 'val_loss', higherIsBetter: false, value: run.seed } }));
    expect(bestOf(lower)?.seed).toBe(0);
    expect(bestOf([record(0, Number.NaN), record(1, 0.5, { monitored: undefined })])).toBeUndefined();
  });

  it('are shown as a table', () => {
    expect(describeSeeds([record(0, 0.9), record(1, 0.94), record(2, 0.92)]).split('\n')).toEqual([
      '  3 seeds          mean   deviation   lowest   highest',
      '  val_loss        0.080       0.020    0.060     0.100',
      '  val_accuracy   92.0 %       2.0 %   90.0 %    94.0 %',
      '',
      '  The best by val_accuracy: seed 1, 94.0 %, run run-1. The other scripts take that one.',
    ]);
    expect(describeSeeds([])).toBe('  No seed gave a result.');
  });

  it('are a whole number', () => {
    expect(checkSeeds(undefined)).toBe(1);
    expect(() => checkSeeds(0)).toThrow('seeds must be a whole number of at least 1, not 0. Type: seeds=5');
    expect(() => checkSeeds(1.5)).toThrow('not 1.5');
  });
});

describe('the table of the runs', () => {
  it('has a line per run, and one per setting that was trained with several seeds', () => {
    const other = record(7, 0.5, { id: 'other', config: { ...testConfig, training: { ...testConfig.training, epochs: 9 }, seed: 7 } });
    const killed = record(2, 0.1, { id: 'killed', status: 'killed', result: undefined, bestEpoch: undefined, end: undefined });
    expect(describeRuns([killed, other, record(1, 0.94), record(0, 0.9)]).split('\n')).toEqual([
      '  run      status     model    seed   best epoch        time   result',
      '  killed   killed     lenet5      2       - of 3',
      '  other    finished   lenet5      7       2 of 9   1 min 5 s   val_accuracy 50.0 %',
      '  run-1    finished   lenet5      1       2 of 3   1 min 5 s   val_accuracy 94.0 %',
      '  run-0    finished   lenet5      0       2 of 3   1 min 5 s   val_accuracy 90.0 %',
      '',
      '  equal but for seeds   seeds   result           mean   deviation   best',
      '  lenet5                0, 1    val_accuracy   92.0 %       2.8 %   run-1',
    ]);
  });
});
