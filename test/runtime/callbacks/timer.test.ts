import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import type { Callback } from '../../../src/callbacks/callback.ts';
import { parseDuration } from '../../../src/callbacks/parse-duration.ts';
import { timer } from '../../../src/callbacks/timer.ts';
import { trainTiny } from './training-runs.ts';

beforeAll(useBackend);

/** Trains with no time left. @returns finished epochs, steps, and the reason */
async function outOfTime(interval: 'step' | 'epoch') {
  const clock = timer.create({ maxTime: '1m', interval }, undefined);
  clock.loadStateDict?.({ milliseconds: 60_000 });
  const seen: unknown[] = [];
  const look: Callback = { name: 'look', onTrainEnd: ({ history, step, stopReason }) => void seen.push(history.length, step, stopReason) };
  await trainTiny([clock, look]);
  return seen;
}

describe('timer', () => {
  it('ends the training when its time is over, which counts over interruptions', async () => {
    expect(await outOfTime('step')).toEqual([0, 1, 'its time of 1 min 0 s is over']);
    expect(await outOfTime('epoch')).toEqual([1, 4, 'its time of 1 min 0 s is over']);
  });

  it('lets a training be that is in time', async () => {
    const clock = timer.create(timer.defaults, undefined);
    expect((await trainTiny([clock])).trainer.history).toHaveLength(4);
    expect(clock.stateDict?.()).toEqual({ milliseconds: expect.any(Number) });
  });

  it.each([
    ['90s', 90],
    ['30m', 1800],
    ['1h30m', 5400],
    ['2d', 172_800],
    ['01:30:05', 5405],
    ['', undefined],
    ['soon', undefined],
    ['5', undefined],
    ['1:70:00', undefined],
  ])('reads %j as %j seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });
});
