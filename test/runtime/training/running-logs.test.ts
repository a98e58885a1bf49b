import { expect, it } from 'vitest';
import { accuracy } from '../../../src/metrics/index.ts';
import { RunningLogs } from '../../../src/training/running-logs.ts';
import { pointFeatures } from './tiny-training.ts';

it('a metric is computed when its log is read, once, and is among the keys before', () => {
  let computed = 0;
  const counting = accuracy.create({});
  const metric = {
    ...counting,
    accumulator: () => {
      const accumulator = counting.accumulator(pointFeatures);
      return { ...accumulator, result: () => accumulator.result() + 0 * ++computed };
    },
  };
  const running = new RunningLogs([metric], pointFeatures);
  const batch = { size: 2, inputs: new Float32Array(4), targets: Int32Array.of(0, 1) };
  running.update(batch, { loss: 0.5, predictions: Float32Array.of(0.9, 0.1, 0.8, 0.2) });
  const logs = running.result('val_');
  expect(Object.keys(logs)).toEqual(['val_loss', 'val_accuracy']);
  expect(computed).toBe(0);
  expect({ ...logs }).toEqual({ val_loss: 0.5, val_accuracy: 0.5 });
  expect(logs.val_accuracy).toBe(0.5);
  expect(computed).toBe(1);
});
