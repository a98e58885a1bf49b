import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Features } from '../../../../src/data/features.ts';
import { evaluationTally } from '../../../../src/metrics/evaluation-tally.ts';
import { writeReport } from '../../../../src/reporting/html/write-report.ts';
import { writeEvaluationRecord } from '../../../../src/runs/evaluation-record.ts';
import { testConfig } from '../../runs/test-config.ts';
import { finishedRun, judge, pictureFeatures } from './finished-run.ts';

const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
const page = (folder: string) => readFileSync(writeReport(folder), 'utf8');
/** What a reader sees: tags, pictures of the charts and the style left out. */
const words = (text: string) => text.replace(/<style>.*?<\/style>|<svg.*?<\/svg>/gs, ' ').replace(/<[^>]*>/g, ' ');
const pathOf = (text: string, look: string) => new RegExp(`<path class="line ${look}" d="(M(?!0 4H24)[^"]*)"`).exec(text)?.[1] ?? '';

describe('the report of a training', () => {
  it('shows result, curves, confusion, classes, pictures, settings, environment and how to use it', async () => {
    const { run, end } = finishedRun(6);
    run.record({
      sizes: {
        task: 'classification',
        inputShape: [8, 8, 1],
        trainSamples: 900,
        validationSamples: 100,
        weights: 431_080,
        multiplyAccumulates: 2_293_000,
      },
    });
    end('finished', { result: { val_loss: 0.22, val_accuracy: 0.9, loss: 0.2, accuracy: 0.91 } });
    await judge(run.folder, pictureFeatures(digits), 100);
    await judge(run.folder, pictureFeatures(digits), 50, 'test');
    const text = page(run.folder);
    for (const word of [
      'lenet5 on',
      run.id,
      '431,080',
      'Curves',
      'images per second',
      'Confusion matrix',
      'Per class',
      'Most wrong',
      'Test data',
      'seed',
      `npm run predict run=${run.id}`,
    ]) {
      expect(words(text)).toContain(word);
    }
    expect(text.match(/<svg viewBox="0 0 480 250" role="img">\n<title>/g)).toHaveLength(4);
    expect(text.match(/<img class="pixels" src="data:image\/png;base64,/g)).toHaveLength(14 + 7);
    expect(words(text)).toMatch(/6\s+read as\s+7/);
  });

  it('loads nothing: no script, no address, and a policy that forbids both', async () => {
    const { run } = finishedRun(3);
    await judge(run.folder, pictureFeatures(digits), 100);
    const text = page(run.folder);
    expect(text).not.toMatch(/<script|<link|<iframe|\bon\w+=|url\(|https?:|@import/i);
    expect(text).toContain("default-src 'none'");
  });

  it('escapes whatever classes, columns, settings and errors are called', async () => {
    const evil = `"><script>alert('&')</script><img src=x onerror=alert(1)>\u0000`;
    const { run, end } = finishedRun(2, { config: { name: evil, data: { ...testConfig.data, name: evil } } });
    end('failed', { error: evil });
    await judge(run.folder, pictureFeatures([evil, "b' onload='x", 'c']), 60);
    const text = page(run.folder);
    expect(text).not.toMatch(/<script|<img src=x/);
    expect(text).not.toContain('\u0000');
    expect(text.replace(/"[^"]*"/g, '""')).not.toMatch(/<[^>]* on\w+=/);
    expect(text).toContain('&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;');
    expect(text).toContain('failed');
  });

  it('has a point for one epoch, and for 500 all numbers in a page that stays light', async () => {
    const one = page(finishedRun(1).run.folder);
    expect(pathOf(one, 'validation')).toMatch(/^M[\d.]+ [\d.]+$/);
    expect(one).not.toContain('NaN');
    const many = page(finishedRun(500).run.folder);
    expect(pathOf(many, 'validation').split('L').length).toBeLessThanOrEqual(401);
    expect(many).toContain('every second epoch');
    expect(many.length).toBeLessThan(300_000);
  });

  it('leaves gaps where a value is NaN or infinite, and says so in the table', () => {
    const { run } = finishedRun(5, { value: (epoch) => (epoch === 3 ? Number.NaN : epoch === 5 ? Number.POSITIVE_INFINITY : 1 / epoch) });
    const text = page(run.folder);
    expect(pathOf(text, 'training').match(/M/g)).toHaveLength(2);
    expect(pathOf(text, 'training')).not.toMatch(/NaN|Infinity/);
    expect(words(text)).toContain('NaN');
    expect(page(finishedRun(2, { value: () => Number.NaN }).run.folder)).toContain('There is no number to draw.');
  });

  it('draws 100 classes as a picture, and lists the weakest', async () => {
    const { run } = finishedRun(2);
    await judge(run.folder, pictureFeatures(Array.from({ length: 100 }, (_, i) => `class ${i}`)), 2000);
    const text = page(run.folder);
    expect(text).toContain('alt="Confusion matrix of 100 classes');
    expect(words(text)).toContain('The 50 weakest of 100 classes.');
    expect(text.replace(/data:image[^"]*/g, '').length).toBeLessThan(300_000);
  });

  it('draws what was predicted against what is, and lists the rows that are farthest off', async () => {
    const features: Features = {
      task: 'regression',
      inputShape: [2],
      outputs: 1,
      outputNames: ['price'],
      preprocessing: { kind: 'scale', scale: 1, offset: 0 },
      targetScaling: { mean: 100_000, deviation: 50_000 },
    };
    const { run } = finishedRun(3);
    const tally = evaluationTally(features, 1000);
    for (let i = 0; i < 1000; i++) tally.update(Float32Array.of(i / 500 - 1), Float32Array.of(i === 77 ? 3 : i / 500 - 0.9), 1);
    await writeEvaluationRecord(run.folder, 'validation', tally.result({ loss: 0.1, r2: 0.9 }), {
      findSample: (index) => ({
        kind: 'row',
        values: [
          { column: 'rooms', value: index },
          { column: 'town', value: undefined },
        ],
      }),
    });
    const text = page(run.folder);
    expect(text.match(/class="point"/g)).toHaveLength(334);
    expect(words(text)).toMatch(/77\s+57,700\s+250,000\s+192,300\s+77\s+-/);
    expect(words(text)).toMatch(/price\s+5,187/);
  });

  it('says what is missing: no validation data, no log, nothing finished', () => {
    const { run } = finishedRun(2);
    run.record({
      sizes: { task: 'regression', inputShape: [4], trainSamples: 9, validationSamples: 0, weights: 1, multiplyAccumulates: 1 },
    });
    expect(words(page(run.folder))).toContain('data.validationSplit is 0');
    rmSync(run.path('log.csv'));
    expect(words(page(run.folder))).toContain('There is no log');
    writeFileSync(run.path('validation.json'), '{"half');
    expect(() => page(run.folder)).not.toThrow();
  });

  it('reads JSON lines where there is no CSV, and leaves out half a line', () => {
    const { run } = finishedRun(2);
    rmSync(run.path('log.csv'));
    writeFileSync(run.path('log.jsonl'), '{"event":"begin"}\n{"event":"epoch","epoch":1,"step":9,"loss":2,"val_loss":"NaN"}\n');
    appendFileSync(run.path('log.jsonl'), '{"event":"epoch","epoch":2,"step":18,"loss":1,"val_loss":1.5}\n{"event":"epo');
    const text = page(run.folder);
    expect(pathOf(text, 'training')).toMatch(/^M[^M]*L[^L]*$/);
    expect(pathOf(text, 'validation')).toMatch(/^M[^L]*$/);
  });
});
