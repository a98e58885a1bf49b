import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { costOf, googLeNetModules, googLeNetRows } from '../../../bench/support/googlenet.ts';
import { formatCount } from '../../../src/core/format.ts';
import type { Features } from '../../../src/data/features.ts';
import { createModel, inception, summarize } from '../../../src/models/index.ts';

const page = readFileSync(new URL('../../../docs/googlenet-1x1.md', import.meta.url), 'utf8');

beforeAll(async () => {
  await setBackend('cpu');
});

test('module 3a has 163,328 weights and 128,049,152 multiply-accumulates, and 2.41 times as many without its reductions', () => {
  const [first] = googLeNetModules;
  expect(costOf(first, true)).toEqual({ weights: 163_328, multiplyAccumulates: 128_049_152 });
  const whole = costOf(first, false);
  expect(whole).toEqual({ weights: 393_216, multiplyAccumulates: 308_281_344 });
  expect((whole.multiplyAccumulates / 128_049_152).toFixed(2)).toBe('2.41');
});

test('docs/googlenet-1x1.md has the table that is counted', () => {
  for (const row of googLeNetRows()) expect(page).toContain(`| ${row.join(' | ')} |`);
  const features: Features = {
    task: 'classification',
    inputShape: [32, 32, 3],
    outputs: 10,
    outputNames: [],
    preprocessing: { kind: 'scale', scale: 1, offset: 0 },
  };
  for (const reduce of [true, false]) {
    const model = createModel(inception, { reduce }, features, 0);
    const { weights, multiplyAccumulates } = summarize(model);
    model.dispose();
    expect(page).toContain(`| \`reduce: ${reduce}\` | ${formatCount(weights)} | ${formatCount(multiplyAccumulates)} |`);
  }
});
