import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Features } from '../../../src/data/features.ts';
import { accuracy, binaryAccuracy, builtinMetrics, f1Score, type Metric, r2, recall, topKAccuracy } from '../../../src/metrics/index.ts';

const preprocessing = { kind: 'scale', scale: 1, offset: 0 } as const;
const fourClasses: Features = { task: 'classification', inputShape: [1], outputs: 4, outputNames: ['a', 'b', 'c', 'd'], preprocessing };
const twoNumbers: Features = { task: 'regression', inputShape: [1], outputs: 2, outputNames: ['x', 'y'], preprocessing };

/** The result when the samples come in batches of `batchSize`. */
function judge(
  metric: Metric,
  features: Features,
  targets: Int32Array | Float32Array,
  predictions: Float32Array,
  batchSize: number,
): number {
  const accumulator = metric.accumulator(features);
  const width = features.task === 'classification' ? 1 : features.outputs;
  const samples = targets.length / width;
  for (let start = 0; start < samples; start += batchSize) {
    const end = Math.min(samples, start + batchSize);
    accumulator.update(
      targets.slice(start * width, end * width),
      predictions.slice(start * features.outputs, end * features.outputs),
      end - start,
    );
  }
  return accumulator.result();
}

/** Tables and what scikit-learn says of them: `scikit_learn.py` wrote it. What JSON lacks is written as a text. */
interface Golden {
  readonly tables: readonly { name: string; task: Features['task']; outputs: number; targets: number[]; predictions: number[] }[];
  readonly cases: readonly { metric: string; options: object; table: string; expected: number | 'NaN' | '-Infinity' }[];
}

const golden: Golden = JSON.parse(readFileSync(new URL('golden/scikit-learn.json', import.meta.url), 'utf8'));
const tables = new Map(
  golden.tables.map(({ name, task, outputs, targets, predictions }) => {
    const outputNames = Array.from({ length: Math.max(2, outputs) }, (_, c) => `c${c}`);
    const features = { task, outputs, outputNames, inputShape: [1], preprocessing };
    const exact = task === 'classification' ? Int32Array.from(targets) : Float32Array.from(targets);
    return [name, { features, targets: exact, predictions: Float32Array.from(predictions) }];
  }),
);

describe('metrics equal those of scikit-learn, whatever the batch size', () => {
  const cases = golden.cases.map((one) => ({ ...one, title: `${one.metric} ${JSON.stringify(one.options)} of ${one.table}` }));
  test.each(cases)('$title', ({ metric: name, options, table, expected }) => {
    const definition = builtinMetrics.find((one) => one.name === name)!;
    const metric = definition.create({ ...definition.defaults, ...options } as never);
    const { features, targets, predictions } = tables.get(table)!;
    for (const batchSize of [1, 7, 1000]) {
      const result = judge(metric, features, targets, predictions, batchSize);
      if (typeof expected === 'string') expect(String(result)).toBe(expected);
      else expect(Math.abs(result - expected) / Math.max(1, Math.abs(expected))).toBeLessThan(1e-6);
    }
  });

  test('every metric is among them', () => {
    expect(new Set(golden.cases.map(({ metric }) => metric))).toEqual(new Set(builtinMetrics.map(({ name }) => name)));
  });
});

describe('a NaN among the predictions makes the metric NaN, where scikit-learn raises', () => {
  test.each(builtinMetrics)('$name', (definition) => {
    const metric = definition.create({ ...definition.defaults, k: 2 } as never);
    const judged = ['four classes', 'two outputs', 'two numbers']
      .map((name) => tables.get(name)!)
      .find(({ features }) => fits(metric, features))!;
    const predictions = judged.predictions.slice();
    predictions[11] = Number.NaN;
    expect(judge(metric, judged.features, judged.targets, predictions, 4)).toBeNaN();
    expect(judge(metric, judged.features, judged.targets, judged.predictions, 4)).not.toBeNaN();
  });
});

function fits(metric: Metric, features: Features): boolean {
  try {
    metric.accumulator(features);
    return true;
  } catch {
    return false;
  }
}

test('errors are in the unit of the raw targets, shares and r2 have none', () => {
  const { features, targets, predictions } = tables.get('two numbers')!;
  const scaling = { mean: 5, deviation: 10 };
  const scaled: Features = { ...features, targetScaling: scaling };
  const raw = (values: Float32Array | Int32Array) => Float32Array.from(values, (value) => value * scaling.deviation + scaling.mean);
  for (const definition of builtinMetrics) {
    const metric = definition.create(definition.defaults as never);
    if (!fits(metric, scaled)) continue;
    const expected = judge(metric, features, raw(targets), raw(predictions), 4);
    expect(judge(metric, scaled, targets, predictions, 4) / expected).toBeCloseTo(1, 4);
  }
});

test('a score of one class is asked for by its name, and another name is refused', () => {
  expect(() => recall.create({ ...recall.defaults, class: 'cc' }).accumulator(fourClasses)).toThrow(
    'recall asks for class "cc". Did you mean c? The data has: a, b, c, d.',
  );
});

test('a threshold is refused where there are more than two classes', () => {
  expect(() => f1Score.create({ ...f1Score.defaults, threshold: 0.3 }).accumulator(fourClasses)).toThrow('needs data of two classes');
  expect(() => binaryAccuracy.create(binaryAccuracy.defaults).accumulator(fourClasses)).toThrow('this data has 4. Use accuracy');
});

test('the first of equally probable classes is the answer', () => {
  const equal = Float32Array.from([0.25, 0.25, 0.25, 0.25]);
  expect(judge(accuracy.create({}), fourClasses, Int32Array.of(0), equal, 1)).toBe(1);
  expect(judge(accuracy.create({}), fourClasses, Int32Array.of(1), equal, 1)).toBe(0);
  expect(judge(topKAccuracy.create({ k: 2 }), fourClasses, Int32Array.of(1), equal, 1)).toBe(1);
  expect(judge(topKAccuracy.create({ k: 2 }), fourClasses, Int32Array.of(2), equal, 1)).toBe(0);
});

test('a single output is the probability of class 1', () => {
  const yesOrNo: Features = { ...fourClasses, outputs: 1, outputNames: ['yes'] };
  expect(judge(accuracy.create({}), yesOrNo, Int32Array.of(1, 0, 1), Float32Array.of(0.9, 0.2, 0.4), 2)).toBeCloseTo(2 / 3, 12);
});

test('r2 of targets that do not vary is 1 for exact predictions and else 0', () => {
  const one: Features = { ...twoNumbers, outputs: 1, outputNames: ['x'] };
  expect(judge(r2.create({}), one, Float32Array.of(2, 2), Float32Array.of(2, 2), 2)).toBe(1);
  expect(judge(r2.create({}), one, Float32Array.of(2, 2), Float32Array.of(2, 3), 2)).toBe(0);
});

test('topKAccuracy refuses a k that is always right', () => {
  expect(() => topKAccuracy.create({ k: 4 }).accumulator(fourClasses)).toThrow('topKAccuracy with k = 4 is always 1 on 4 classes');
});
