import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/random.ts';
import { DataLoader } from '../../../src/data/data-loader.ts';
import { arrayDataset } from '../../../src/data/index.ts';
import { balancedOrder } from '../../../src/data/sampling/balanced-order.ts';
import { resolveClassWeights } from '../../../src/data/sampling/class-weights.ts';

const positions = (count: number) => Uint32Array.from({ length: count }, (_, i) => i);

describe('balancedOrder', () => {
  const labels = [...new Array(90).fill(0), ...new Array(9).fill(1), 2];

  it('takes every class equally often, and no sample again before all of its class came', () => {
    const order = balancedOrder(positions(100), labels, new RandomStream(0));
    const counts = new Map<number, number>();
    for (const position of order) counts.set(position, (counts.get(position) ?? 0) + 1);
    const ofClass = (label: number) => [...counts].filter(([position]) => labels[position] === label).map(([, count]) => count);
    const sums = [0, 1, 2].map((label) => ofClass(label).reduce((sum, count) => sum + count, 0));
    expect(sums.reduce((a, b) => a + b, 0)).toBe(100);
    for (const sum of sums) expect(Math.abs(sum - 100 / 3)).toBeLessThan(1);
    for (const label of [0, 1]) expect(Math.max(...ofClass(label)) - Math.min(...ofClass(label))).toBeLessThanOrEqual(1);
    expect(ofClass(0).length).toBe(sums[0]);
  });

  it('follows from the random stream alone, and differs from epoch to epoch', async () => {
    const dataset = arrayDataset({ inputs: labels.map((_, i) => [i]), targets: labels, task: 'classification' });
    const loader = () => new DataLoader(dataset, { batchSize: 100, shuffleSeed: 3, sampling: 'balanced' });
    const first = async (epoch: number) => (await loader().epoch(epoch).next()).value?.inputs;
    expect(await first(0)).toEqual(await first(0));
    expect(await first(0)).not.toEqual(await first(1));
  });

  it('is refused for data without classes', () => {
    const numbers = arrayDataset({ inputs: [[1], [2]], targets: [1, 2] });
    expect(() => new DataLoader(numbers, { batchSize: 1, shuffleSeed: 0, sampling: 'balanced' })).toThrow(
      'data.sampling=balanced needs data',
    );
  });
});

describe('resolveClassWeights', () => {
  const dataset = arrayDataset({ inputs: [[1], [2], [3], [4]], targets: ['a', 'a', 'a', 'b'], outputNames: ['a', 'b', 'c'] });

  it('balances the classes as scikit-learn does, counted on the training samples only', () => {
    expect([...resolveClassWeights('balanced', dataset, positions(4))!]).toEqual([4 / 6, 2, 0].map(Math.fround));
    expect([...resolveClassWeights('balanced', dataset, Uint32Array.of(0, 3))!]).toEqual([1, 1, 0]);
    expect(resolveClassWeights('none', dataset, positions(4))).toBeUndefined();
  });

  it('takes one number per class', () => {
    expect([...resolveClassWeights([1, 5, 0], dataset, positions(4))!]).toEqual([1, 5, 0]);
    for (const wrong of [
      [1, 2],
      [1, -1, 1],
      [0, 0, 0],
    ]) {
      expect(() => resolveClassWeights(wrong, dataset, positions(4))).toThrow(
        'data.classWeights must be 3 numbers from 0, one for each of a, b, c;',
      );
    }
    const numbers = arrayDataset({ inputs: [[1], [2]], targets: [1, 2] });
    expect(() => resolveClassWeights('balanced', numbers, positions(2))).toThrow('needs data whose classes are known');
  });

  it('goes with each batch', async () => {
    const loader = new DataLoader(dataset, { batchSize: 4, classWeights: Float32Array.of(1, 5, 0) });
    expect([...(await loader.epoch().next()).value!.weights!]).toEqual([1, 1, 1, 5]);
  });
});
