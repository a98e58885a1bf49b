import { describe, expect, it } from 'vitest';
import { EpochMonitor, resolveMonitored } from '../../../src/callbacks/monitor.ts';
import { accuracy } from '../../../src/metrics/accuracy.ts';

const lower = { key: 'val_loss', higherIsBetter: false };
const higher = { key: 'val_accuracy', higherIsBetter: true };

function track(monitor: EpochMonitor, values: readonly number[]): { improved: boolean[]; waited: number[] } {
  const improved: boolean[] = [];
  const waited: number[] = [];
  values.forEach((value, epoch) => {
    monitor.update(epoch, value);
    improved.push(monitor.improved);
    waited.push(monitor.epochsWithoutImprovement);
  });
  return { improved, waited };
}

describe('EpochMonitor', () => {
  it('takes the smallest loss and the highest accuracy as best', () => {
    const values = [0.5, 0.4, 0.6, 0.3, 0.7];
    const loss = new EpochMonitor(lower);
    expect(track(loss, values).improved).toEqual([true, true, false, true, false]);
    expect([loss.bestEpoch, loss.bestValue]).toEqual([3, 0.3]);
    const best = new EpochMonitor(higher);
    expect(track(best, values)).toEqual({ improved: [true, false, true, false, true], waited: [0, 1, 0, 1, 0] });
    expect([best.bestEpoch, best.bestValue]).toEqual([4, 0.7]);
  });

  it('takes neither an equal value nor NaN as better, not even as the first', () => {
    const monitor = new EpochMonitor(lower);
    expect(monitor.bestEpoch).toBe(-1);
    expect(track(monitor, [Number.NaN, 1, 1, Number.NaN, 0.5]).improved).toEqual([false, true, false, false, true]);
  });

  it('counts from the start while nothing was a number', () => {
    expect(track(new EpochMonitor(lower), [Number.NaN, Number.NaN]).waited).toEqual([1, 2]);
  });

  it('takes infinity as worst', () => {
    expect(track(new EpochMonitor(lower), [Number.POSITIVE_INFINITY, 3]).improved).toEqual([true, true]);
  });

  it('asks for more than minDelta, measured from the best', () => {
    expect(track(new EpochMonitor(lower, 0.125), [1, 0.9375, 0.875, 0.75]).improved).toEqual([true, false, false, true]);
  });

  it('goes on from its saved state, through JSON, also before the first number', () => {
    for (const before of [[], [Number.NaN], [0.5, 0.6]]) {
      const first = new EpochMonitor(lower);
      track(first, before);
      const second = new EpochMonitor(lower);
      second.loadStateDict(JSON.parse(JSON.stringify(first.stateDict())));
      expect(second).toMatchObject({
        improved: first.improved,
        bestEpoch: first.bestEpoch,
        epochsWithoutImprovement: first.epochsWithoutImprovement,
      });
      expect(second.bestValue).toBe(first.bestValue);
    }
  });
});

describe('resolveMonitored', () => {
  const metrics = [accuracy.create({})];

  it('knows which way is up', () => {
    expect(resolveMonitored('val_loss', metrics, true)).toEqual(lower);
    expect(resolveMonitored('val_accuracy', metrics, true)).toEqual(higher);
  });

  it('falls back to the training twin where nothing is validated', () => {
    expect(resolveMonitored('val_accuracy', metrics, false)).toEqual({ key: 'accuracy', higherIsBetter: true });
    expect(resolveMonitored('loss', metrics, false).key).toBe('loss');
  });

  it('names what is logged for a key that is not', () => {
    expect(() => resolveMonitored('val_los', metrics, true)).toThrow(
      'Did you mean val_loss? Logged: loss, accuracy, val_loss, val_accuracy.',
    );
  });
});
