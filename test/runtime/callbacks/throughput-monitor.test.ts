import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import { throughputMonitor } from '../../../src/callbacks/throughput-monitor.ts';
import { temporaryRun, trainTiny } from './training-runs.ts';

beforeAll(useBackend);

it('throughputMonitor writes a line every so many steps', async () => {
  const { run } = temporaryRun();
  await trainTiny([throughputMonitor.create({ everySteps: 3, file: 'speed.csv' }, run)]);
  const [header, ...rows] = readFileSync(run.path('speed.csv'), 'utf8').trimEnd().split('\n');
  expect(header).toBe('step,samplesPerSecond,secondsPerStep,waitingForData');
  expect(rows.map((row) => Number(row.split(',')[0]))).toEqual([3, 6, 9, 12, 15]);
  for (const row of rows) {
    const [, samples, seconds, waiting] = row.split(',').map(Number);
    expect(samples * seconds).toBeCloseTo(16, 1);
    expect(waiting).toBeGreaterThanOrEqual(0);
    expect(waiting).toBeLessThan(1);
  }
});
