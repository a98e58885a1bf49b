import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeWith, python, pythonCommand } from '../../support/requirements.ts';

const path = (name: string) => fileURLToPath(new URL(`golden/${name}`, import.meta.url));

process.env.KERAS_BACKEND = 'jax'; // Keras does not load without its backend, and asks for TensorFlow by itself

describeWith(python('keras, jax', 'keras jax'), 'the installed Keras', () => {
  it('gives the numbers that are kept', () => {
    const now = JSON.parse(execFileSync(pythonCommand, [path('keras_losses.py')], { encoding: 'utf8' }));
    const kept = JSON.parse(readFileSync(path('keras.json'), 'utf8'));
    expect(now.tables).toEqual(kept.tables);
    expect(now.cases.length).toBe(kept.cases.length);
    for (const [i, { value, gradient, ...asked }] of kept.cases.entries()) {
      expect(now.cases[i]).toMatchObject(asked);
      expect(now.cases[i].value, JSON.stringify(asked)).toBeCloseTo(value, 9);
      for (const [j, one] of gradient.entries()) expect(now.cases[i].gradient[j], JSON.stringify(asked)).toBeCloseTo(one, 9);
    }
  });
});
