import { expect, it } from 'vitest';
import {
  checkSchedule,
  constantSparsity,
  keepAt,
  polynomialDecay,
  prunesAt,
} from '../../../src/compression/weight-pruning/sparsity-schedule.ts';

const pruningSteps = (schedule: Parameters<typeof prunesAt>[0], until: number) =>
  [...Array(until + 1).keys()].filter((step) => prunesAt(schedule, step));

it('constantSparsity prunes once', () => {
  expect(pruningSteps(constantSparsity(), 10)).toEqual([0]);
  expect(pruningSteps(constantSparsity({ beginStep: 4 }), 10)).toEqual([4]);
  expect(keepAt(constantSparsity(), 0, 0.1)).toBe(0.1);
});

it('polynomialDecay prunes every `frequency` steps and at its end', () => {
  expect(pruningSteps(polynomialDecay({ beginStep: 10, endStep: 25, frequency: 10 }), 40)).toEqual([10, 20, 25]);
});

it('polynomialDecay follows the cubic of Zhu and Gupta', () => {
  const schedule = polynomialDecay({ initialSparsity: 0.5, endStep: 100 });
  expect(keepAt(schedule, 0, 0.1)).toBeCloseTo(0.5, 12);
  expect(keepAt(schedule, 50, 0.1)).toBeCloseTo(0.1 + 0.4 / 8, 12);
  expect(keepAt(schedule, 100, 0.1)).toBe(0.1);
});

it('never keeps fewer weights on the way than at the end', () => {
  expect(keepAt(polynomialDecay({ initialSparsity: 0.9, endStep: 100 }), 0, 0.66)).toBe(0.66);
});

it('refuses numbers that cannot be', () => {
  expect(() => checkSchedule(polynomialDecay({ endStep: 0 }))).toThrow(
    'polynomialDecay endStep is 0; it must be a whole number, at least 1.',
  );
  expect(() => checkSchedule(polynomialDecay({ endStep: 10, frequency: 0 }))).toThrow('frequency is 0');
  expect(() => checkSchedule(polynomialDecay({ endStep: 10, power: 0 }))).toThrow('power is 0');
  expect(() => checkSchedule(polynomialDecay({ endStep: 10, initialSparsity: 1 }))).toThrow('initialSparsity is 1');
  expect(() => checkSchedule(constantSparsity({ beginStep: -1 }))).toThrow('constantSparsity beginStep is -1');
});
