import { expect } from 'vitest';
import { z } from 'zod';
import type { ProjectParts } from '../../../src/config/config-types.ts';
import type { Overrides } from '../../../src/config/resolve-config.ts';
import { DlError } from '../../../src/core/errors.ts';

/** Parts for tests: every type of option. */
export const parts = {
  datasets: [
    { name: 'digits', defaults: { noise: 0.5, shift: true } },
    { name: 'idx', defaults: { folder: 'dataset' } },
  ],
  models: [
    {
      name: 'lenet5',
      defaults: { filters: [20, 50], units: 500, padding: 'valid' },
      schema: { units: z.int().min(1), padding: z.enum(['valid', 'same']) },
    },
    { name: 'mlp', defaults: { hidden: [128, 64], dropout: 0 }, schema: { dropout: z.number().min(0).lt(1) } },
  ],
  losses: [
    { name: 'mse', defaults: {} },
    { name: 'huber', defaults: { delta: 1 } },
  ],
  metrics: [
    { name: 'accuracy', defaults: {} },
    { name: 'topK', defaults: { k: 3 }, schema: { k: z.int().min(1) } },
  ],
  optimizers: [
    { name: 'adam', defaults: { learningRate: 1e-3, beta1: 0.9 } },
    { name: 'sgd', defaults: { learningRate: 0.01, momentum: 0 } },
  ],
  callbacks: [
    { name: 'earlyStopping', defaults: { patienceEpochs: 3, minDelta: 0 }, schema: { patienceEpochs: z.int().min(0) } },
    { name: 'csvLogger', defaults: { separator: ',', columns: ['loss'], nested: { deep: 1 } } },
  ],
} as const satisfies ProjectParts;

/** What config.ts of such a project holds. */
export const input = {
  name: 'test-project',
  data: { name: 'digits' },
  model: { name: 'lenet5', units: 300 },
  training: { epochs: 6, loss: 'mse', metrics: ['accuracy'], optimizer: { name: 'adam' } },
  callbacks: { csvLogger: {} },
};

/** A word `key=value` of a command line. */
export function pair(word: string): Overrides[number] {
  const equals = word.indexOf('=');
  return [word.slice(0, equals), word.slice(equals + 1)];
}

/** The lines of the error that a call throws. */
export function problems(call: () => unknown): string[] {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(DlError);
    return (error as DlError).message.split('\n');
  }
  throw new Error('nothing was thrown');
}
