import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import { csvLogger } from '../../../src/callbacks/csv-logger.ts';
import { temporaryRun, trainTiny } from './training-runs.ts';

beforeAll(useBackend);

describe('csvLogger', () => {
  it('writes one whole line per epoch, as soon as it has ended', async () => {
    const { run } = temporaryRun();
    const lengths: number[] = [];
    const read = () => readFileSync(run.path('log.csv'), 'utf8');
    const callbacks = [
      csvLogger.create(csvLogger.defaults, run),
      { name: 'look', onEpochEnd: () => void lengths.push(read().split('\n').length) },
    ];
    const { trainer } = await trainTiny(callbacks, { metrics: ['accuracy'], epochs: 3 });
    const [header, ...rows] = read().trimEnd().split('\n');
    expect(lengths).toEqual([3, 4, 5]);
    expect(header).toBe('epoch,loss,accuracy,val_loss,val_accuracy,learningRate,samplesPerSecond,seconds');
    rows.forEach((row, i) => {
      const { loss, accuracy, val_loss, val_accuracy } = trainer.history[i];
      expect(row.split(',').slice(0, -2).map(Number)).toEqual([i + 1, loss, accuracy, val_loss, val_accuracy, 0.05]);
    });
  });

  it('goes on in the same file with the columns of its saved state', async () => {
    const { run } = temporaryRun();
    const first = csvLogger.create(csvLogger.defaults, run);
    await trainTiny([first], { epochs: 2 });
    const second = csvLogger.create(csvLogger.defaults, run);
    second.loadStateDict?.(JSON.parse(JSON.stringify(first.stateDict?.())));
    await trainTiny([second], { epochs: 1 });
    const lines = readFileSync(run.path('log.csv'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => line.split(',')[0])).toEqual(['epoch', '1', '2', '1']);
  });

  it('writes nothing without a run', async () => {
    await trainTiny([csvLogger.create(csvLogger.defaults, undefined)], { epochs: 1 });
  });

  it('has no rate for an epoch that only had to be judged, because its last step was taken before', async () => {
    const { run } = temporaryRun();
    const callback = csvLogger.create(csvLogger.defaults, run);
    const context = { optimizer: { learningRate: 0.05 } } as never;
    callback.onEpochBegin?.(context, 0);
    callback.onEpochEnd?.(context, 0, { loss: 1 });
    expect(readFileSync(run.path('log.csv'), 'utf8')).toMatch(/^epoch,loss,learningRate,samplesPerSecond,seconds\n1,1,0.05,,0[.\d]*\n$/);
  });
});
