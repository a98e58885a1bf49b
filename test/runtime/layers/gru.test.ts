import { memory, randomNormal, type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { sequential, layers as tfLayers } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { GRU } from '../../../src/layers/gru.ts';
import { registerLayers } from '../../../src/layers/register-layers.ts';

beforeAll(async () => {
  await useBackend();
  registerLayers();
});

const net = (more: object) =>
  sequential({
    layers: [new GRU({ units: 4, inputShape: [6, 3], resetAfter: true, ...more }), tfLayers.dense({ units: 1, activation: 'sigmoid' })],
  });

describe('a GRU that resets behind its product', () => {
  test('has two biases and says so in its configuration', () => {
    const model = net({ name: 'gru' });
    expect(model.weights.map(({ shape }) => shape)).toEqual([[3, 12], [4, 12], [2, 12], [4, 1], [1]]); // biome-ignore format: one line
    expect(model.layers[0].getConfig()).toMatchObject({ units: 4, resetAfter: true });
    expect(model.layers[0].getClassName()).toBe('GRU');
    model.dispose();
    const plain = new GRU({ units: 4, inputShape: [6, 3] });
    expect(plain.getConfig()).toMatchObject({ resetAfter: false });
  });

  test('is trained, with one dropout mask for all steps, and leaves nothing behind', async () => {
    const model = net({ dropout: 0.3, recurrentDropout: 0.3 });
    model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });
    const [inputs, targets] = [randomNormal([32, 6, 3]), tensor2d(Array.from({ length: 32 }, (_, i) => [i % 2]))];
    const [before, first] = [memory().numTensors, (model.evaluate(inputs, targets) as Tensor).dataSync()[0]];
    await model.fit(inputs, targets, { epochs: 3, verbose: 0 });
    const held = memory().numTensors;
    const { history } = await model.fit(inputs, targets, { epochs: 30, verbose: 0 });
    expect(memory().numTensors).toBeLessThanOrEqual(held);
    expect(history.loss.every((loss) => Number.isFinite(loss as number))).toBe(true);
    expect((model.evaluate(inputs, targets) as Tensor).dataSync()[0]).toBeLessThan(first);
    expect(before).toBeGreaterThan(0);
    model.dispose();
  });
});
