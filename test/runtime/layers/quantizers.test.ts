import { grads, memory, mul, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { applyQuantizer } from '../../../src/layers/quantizers/quantizer.ts';
import { type QuantizerName, quantizerNamed } from '../../../src/layers/quantizers/quantizers.ts';
import { scaledQuantizer } from '../../../src/layers/quantizers/scaled-quantizer.ts';
import { steTern } from '../../../src/layers/quantizers/ste-tern.ts';

let tensors = 0;
beforeAll(async () => void (await useBackend()));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

const x = [-2, -1, -0.6, -0.04, 0, 0.03, 0.5, 1, 1.5, 0.9];
/** Gradients of the loss by the outputs: all different. */
const dy = x.map((_, i) => i + 1);
const inside = x.map((value) => (Math.abs(value) <= 1 ? 1 : 0));

/** Values, and gradients by the numbers and the scales, of `sum(dy * quantizer(x))`. */
function run(name: QuantizerName | ReturnType<typeof quantizerNamed>, scales: readonly number[] = [], shape = [10]) {
  const quantizer = typeof name === 'object' && 'forward' in name ? name : quantizerNamed(name);
  return tidy(() => {
    const inputs = [tensor(x, shape), ...scales.map((scale) => tensor([scale]))];
    const f = (...given: Tensor[]) => applyQuantizer(quantizer, given[0], ...given.slice(1));
    const gradients = grads((...given: Tensor[]) => sum(mul(f(...given), tensor(dy, shape))))(inputs);
    return { values: Array.from(f(...inputs).dataSync()), gradients: gradients.map((one) => Array.from(one.dataSync())) };
  });
}

function expectClose(got: readonly number[], expected: readonly number[]): void {
  expect(got.length).toBe(expected.length);
  for (const [i, value] of got.entries()) expect(value).toBeCloseTo(expected[i], 5);
}

const signs = x.map((value) => (value >= 0 ? 1 : -1));
const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('values and surrogate gradients', () => {
  it('of steSign: the sign, never 0; straight through from -1 to 1', () => {
    const { values, gradients } = run('steSign');
    expect(values).toEqual(signs);
    expectClose(gradients[0], dy.map((d, i) => d * inside[i])); // biome-ignore format: one line
  });

  it('of approxSign: the sign; the slope of a parabola', () => {
    const { values, gradients } = run('approxSign');
    expect(values).toEqual(signs);
    expectClose(gradients[0], dy.map((d, i) => d * Math.max(0, 2 - 2 * Math.abs(x[i])))); // biome-ignore format: one line
  });

  it('of magnitudeAwareSign: the sign times the mean magnitude of its output channel, which counts as a constant', () => {
    const { values, gradients } = run('magnitudeAwareSign', [], [5, 2]);
    const scales = [0, 1].map((channel) => meanOf(x.filter((_, i) => i % 2 === channel).map(Math.abs)));
    expectClose(values, signs.map((sign, i) => sign * scales[i % 2])); // biome-ignore format: one line
    expectClose(gradients[0], dy.map((d, i) => d * inside[i] * scales[i % 2])); // biome-ignore format: one line
  });

  const threshold = 0.7 * meanOf(x.map(Math.abs));
  const trits = x.map((value) => (Math.abs(value) > threshold ? Math.sign(value) : 0));

  it('of steTern: 0 up to 0.7 times the mean magnitude; straight through from -1 to 1', () => {
    const { values, gradients } = run('steTern');
    expect(values).toEqual(trits);
    expectClose(gradients[0], dy.map((d, i) => d * inside[i])); // biome-ignore format: one line
  });

  it('of steTern with the scale of TWN: the mean magnitude of what is not 0', () => {
    const { values, gradients } = run(scaledQuantizer(steTern, 'layer'));
    const scale = meanOf(x.filter((_, i) => trits[i] !== 0).map(Math.abs));
    expectClose(values, trits.map((trit) => trit * scale)); // biome-ignore format: one line
    expectClose(gradients[0], dy.map((d, i) => d * inside[i] * scale)); // biome-ignore format: one line
  });

  it('of ttq: two scales, whose gradients are the sums over their members', () => {
    const { values, gradients } = run('ttq', [0.8, 0.5]);
    const region = x.map((value) => (value > 0.1 ? 'above' : value < -0.1 ? 'below' : 'between'));
    const factor = { above: 0.8, below: 0.5, between: 1 };
    expectClose(values, region.map((one) => ({ above: 0.8, below: -0.5, between: 0 })[one])); // biome-ignore format: one line
    expectClose(gradients[0], dy.map((d, i) => d * factor[region[i]])); // biome-ignore format: one line
    const members = (which: string) => dy.filter((_, i) => region[i] === which).reduce((a, b) => a + b, 0);
    expectClose(gradients[1], [members('above')]);
    expectClose(gradients[2], [-members('below')]);
    expect(values.some((value) => Object.is(value, -0))).toBe(false);
  });

  it.each([1, 2, 4])('of doReFa with %i bits for activations: equal distances from 0 to 1', (bits) => {
    const { values, gradients } = run({ name: 'doReFa', bits });
    const steps = 2 ** bits - 1;
    values.forEach((value, i) => {
      expect(value * steps).toBeCloseTo(Math.round(value * steps), 5);
      expect(Math.abs(value - Math.min(1, Math.max(0, x[i])))).toBeLessThanOrEqual(0.5 / steps + 1e-6);
    });
    expectClose(gradients[0], dy.map((d, i) => (x[i] >= 0 && x[i] <= 1 ? d : 0))); // biome-ignore format: one line
  });

  it('of doReFa for weights: equal distances from -1 to 1 after a tanh, through whose slope the gradient goes', () => {
    const { values, gradients } = run({ name: 'doReFa', bits: 2, mode: 'weights' });
    const largest = Math.tanh(2);
    expectClose(values, x.map((value) => (2 * Math.round(3 * (Math.tanh(value) / (2 * largest) + 0.5))) / 3 - 1)); // biome-ignore format: one line
    expectClose(gradients[0], dy.map((d, i) => (d * (1 - Math.tanh(x[i]) ** 2)) / largest)); // biome-ignore format: one line
  });
});

it('refuses unknown quantizers, bits and modes', () => {
  expect(() => quantizerNamed('steSgn' as 'steSign')).toThrow('Did you mean steSign?');
  expect(() => quantizerNamed({ name: 'doReFa', bits: 0 })).toThrow('allowed are 1 to 8');
  expect(() => quantizerNamed({ name: 'doReFa', mode: 'all' as 'weights' })).toThrow("allowed are 'activations' and 'weights'");
});
