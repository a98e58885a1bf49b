import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderStudyReport } from '../../../../src/reporting/html/study/render-study-report.ts';
import { shortName } from '../../../../src/reporting/html/study/short-name.ts';
import { writeStudyReport } from '../../../../src/reporting/html/study/write-study-report.ts';
import { fingerprintKey } from '../../../../src/tuning/study-fingerprint.ts';
import { readStudyJson } from '../../../../src/tuning/study-json.ts';
import { frozenTrial } from '../../tuning/frozen-trial.ts';
import { frozenStudy } from '../../tuning/samplers/frozen-study.ts';
import { manyTrials, mixedObjective, ranStudy } from './studies.ts';

/** What a reader sees: tags, pictures and the style left out. */
const words = (text: string) => text.replace(/<style>.*?<\/style>|<svg.*?<\/svg>/gs, ' ').replace(/<[^>]*>/g, ' ');
/** The charts by title; what is drawn of each. */
const chartsOf = (text: string) =>
  new Map([...text.matchAll(/role="img"><title>(.*?)<\/title>(.*?)<\/svg>/gs)].map(([, title, drawn]) => [title, drawn] as const));
const count = (text: string | undefined, pattern: RegExp) => text?.match(pattern)?.length ?? 0;
const headings = (text: string) => [...text.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, title]) => title);

describe('the report of a study', () => {
  it('begins with the best settings and what to type, and has every chart', async () => {
    const ran = await ranStudy(mixedObjective);
    const fingerprint = { space: {}, scoring: 'val_accuracy', direction: 'maximize', settings: { 'data.name': 'iris' } };
    const study = { ...ran, userAttributes: { [fingerprintKey]: fingerprint } };
    const text = renderStudyReport(study);
    const complete = study.trials.filter(({ state }) => state === 'complete');
    const best = complete.reduce((a, b) => (b.value! > a.value! ? b : a));
    expect(headings(text).slice(0, 3)).toEqual(['Best settings', 'Progress', 'What matters']);
    expect(words(text)).toContain(`${(best.value! * 100).toFixed(1)} %`);
    expect(words(text)).toContain(`trial ${best.number + 1}`);
    expect(words(text)).toContain('npm run train from-study=rate');
    expect(words(text)).toContain('data.name');
    const charts = chartsOf(text);
    expect([...charts.keys()]).toEqual([
      'val_accuracy, best so far',
      'val_accuracy by epoch',
      'Share in being among the best tenth',
      'val_accuracy by learningRate and units',
      'Every trial as a line',
      'learningRate',
      'units',
      expect.stringMatching(/optimizer.name|momentum/),
      expect.stringMatching(/optimizer.name|momentum/),
      'Trials by process',
    ]);
    expect(count(charts.get('val_accuracy, best so far'), /<circle class="spot"/g)).toBe(complete.length);
    expect(count(charts.get('val_accuracy, best so far'), /l6 6m0-6l-6 6/g)).toBe(4);
    expect(count(charts.get('val_accuracy by epoch'), /class="line pruned"/g)).toBe(8);
    expect(count(charts.get('val_accuracy by epoch'), /class="line stop"/g)).toBe(8);
    expect(count(charts.get('val_accuracy by learningRate and units'), /class="area level\d"/g)).toBeGreaterThan(3);
    expect(count(charts.get('Every trial as a line'), /class="line (good|other)"/g)).toBe(complete.length);
    expect(count(charts.get('Every trial as a line'), />none</g)).toBe(1);
    expect(count(charts.get('learningRate'), /<circle/g)).toBe(complete.length);
    expect(count(charts.get('Trials by process'), /<rect class="bar/g)).toBe(40);
    expect(words(text)).toMatch(/4\s+failed: no memory/);
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('loads nothing, and escapes whatever studies, settings, choices and causes are called', async () => {
    const evil = `"><script>alert('&')</script><img src=x onerror=alert(1)>`;
    const objective = (trial: Parameters<typeof mixedObjective>[0]) => {
      trial.suggestCategorical(evil, [evil, 'b', null, true]);
      if (trial.number === 1) throw new Error(evil);
      return trial.suggestFloat('x', 0, 1);
    };
    const text = renderStudyReport(await ranStudy(objective, { trials: 15, name: evil }));
    expect(text).not.toMatch(/<script|<img|<link|<iframe|url\(|https?:|@import/i);
    expect(text.replace(/"[^"]*"/g, '""')).not.toMatch(/<[^>]* on\w+=/);
    expect(text).toContain("default-src 'none'");
    expect(text).toContain('Study &quot;&gt;&lt;script&gt;');
  });

  it('shows the Pareto front of several directions, without trials that break a limit', async () => {
    const study = await ranStudy(
      (trial) => {
        const units = trial.suggestInt('units', 8, 512, { log: true });
        trial.setConstraint('bytes', units - 300);
        return [1 - 1 / units, units * trial.suggestFloat('dropout', 0.1, 0.5)];
      },
      { directions: ['maximize', 'minimize'], trials: 30 },
    );
    const text = renderStudyReport({ ...study, systemAttributes: { 'study:metric_names': ['accuracy', 'bytes'] } });
    const charts = chartsOf(text);
    const front = charts.get('bytes by accuracy');
    expect(count(front, /<circle class="spot good"/g)).toBeGreaterThan(2);
    expect(count(front, /<circle/g)).toBe(30);
    expect(front).toContain('class="line front"');
    expect(charts.get('accuracy, best so far')).toContain('class="spot hollow"');
    expect(words(text)).toContain('breaks bytes');
    expect([...charts.keys()].filter((title) => title === 'units')).toHaveLength(1);
    expect(text.match(/<title>units<\/title>/g)?.length).toBeGreaterThanOrEqual(2);
  });

  it('has something to say of one trial, of none that is complete, and of none at all', async () => {
    const one = renderStudyReport(await ranStudy((trial) => trial.suggestFloat('x', 0, 1), { trials: 1 }));
    expect(headings(one)).toEqual([
      'Best settings',
      'Progress',
      'What matters',
      'value by each setting alone',
      'Time',
      'Trials',
      'As data',
    ]);
    expect(words(one)).toContain('there is one');
    const failed = await ranStudy(
      () => {
        throw new Error('the folder dataset/ is empty');
      },
      { trials: 3 },
    );
    expect(words(renderStudyReport(failed))).toMatch(/Every trial failed.*3\s+failed: the folder dataset\/ is empty/s);
    expect(words(renderStudyReport(frozenStudy([])))).toContain('No trial has begun.');
    const waiting = frozenStudy([frozenTrial({ state: 'waiting' }), frozenTrial({ number: 1, state: 'running', start: new Date() })]);
    expect(words(renderStudyReport(waiting))).toContain('Trials are still running.');
    const endless = frozenStudy([frozenTrial({ value: Number.POSITIVE_INFINITY })]);
    expect(renderStudyReport(endless)).not.toMatch(/<path[^>]*(NaN|Infinity)/);
  });

  it('stays small for a thousand trials, and leaves out nothing but rows and lines', () => {
    const text = renderStudyReport(manyTrials(1000));
    expect(text.length).toBeLessThan(800_000);
    const charts = chartsOf(text);
    expect(count(charts.get('value, best so far'), /h0/g)).toBe(1000);
    expect(count(charts.get('rate'), /h0|<circle/g)).toBe(1000);
    expect(count(charts.get('Every trial as a line'), /M[\d.]+ [\d.]+L/g)).toBe(1000);
    expect(words(text)).toContain('The first 100 of 1,000 trials');
  });

  it('takes a table of two lists of values as a grid, with a number in each field', async () => {
    const study = await ranStudy(
      (trial) => trial.suggestCategorical('size', [64, 16, 32]) + trial.suggestCategorical('kind', ['a', 'b']).length,
      {
        trials: 40,
      },
    );
    const grid = [...chartsOf(renderStudyReport(study))].find(([title]) => / by (size and kind|kind and size)/.test(title))?.[1];
    expect(count(grid, /class="field/g)).toBe(6);
    expect(grid?.indexOf('>16<')).toBeLessThan(grid?.indexOf('>64<') ?? 0); // numbers stand by size
  });

  it('is written beside the journal, with the same trials as a table and as JSON', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'study-report-'));
    const study = await ranStudy(mixedObjective, { trials: 12 });
    expect(writeStudyReport(folder, study)).toBe(join(folder, 'report.html'));
    expect(readFileSync(writeStudyReport(folder, study, 'csv'), 'utf8').split('\n')).toHaveLength(14);
    expect(readStudyJson(readFileSync(writeStudyReport(folder, study, 'json'), 'utf8'), 'it').trials).toHaveLength(12);
    rmSync(folder, { recursive: true });
  });
});

it('shortens keys as far as they can be told apart', () => {
  const keys = [
    'training.optimizer.learningRate',
    'training.optimizer.name',
    'training.loss.name',
    'data.batchSize',
    'x',
    'a.size',
    'b.size',
  ];
  expect(keys.map((key) => shortName(key, keys))).toEqual([
    'learningRate',
    'optimizer.name',
    'loss.name',
    'batchSize',
    'x',
    'a.size',
    'b.size',
  ]);
});
