import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Workplace } from '../support/sample-project.ts';

/** The studies of docs/tuning.md, and how many combinations each has. */
const studies = {
  'batch-size-and-epochs': 9,
  optimizers: 7,
  'learning-rate-and-momentum': 30,
  initialization: 8,
  activation: 8,
  'dropout-and-max-norm': 16,
  neurons: 7,
};

/** Rows of a CSV file whose cells may be in quotes. */
function rowsOf(text: string): string[][] {
  const lines = text.trimEnd().split('\n');
  return lines.map((line) =>
    Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain),
  );
}

describe('grid search as it is taught, on iris', () => {
  const place = new Workplace();
  let project: string;
  beforeAll(() => {
    ({ project } = place.create('grid-search', ['--data', 'iris']));
    for (const study of Object.keys(studies)) npm('add', 'tuning', study);
  }, 600_000);
  afterAll(() => place.remove(), 120_000);

  const npm = (...words: string[]) => place.must('npm', ['run', '--silent', ...words], { cwd: project });

  test('its seven studies are type-checked and go with config.ts', () => {
    npm('check');
    expect(npm('test')).toMatch(/passed/);
  });

  test.each(Object.entries(studies))(
    '%s: %i combinations of three folds each, and the best one trained once more',
    (study, combinations) => {
      const file = join(project, 'tuning', `${study}.ts`);
      expect(readFileSync(file, 'utf8')).toContain('cv: kFold(3)');
      const few = study === 'batch-size-and-epochs' ? [] : ['training.epochs=5'];
      const printed = npm('tune', `study=${study}`, ...few);
      expect(printed).toContain(`${combinations} of ${combinations} done.`);
      expect(printed).toContain(`report: runs/tuning/${study}/report.html`);
      expect(printed).toMatch(/the best settings, trained once more: runs\/\S+ {3}judge it/);
      const [columns, ...rows] = rowsOf(readFileSync(join(project, 'tuning', `${study}.csv`), 'utf8'));
      const params = columns.filter((column) => column.startsWith('param_'));
      expect(columns).toEqual([
        ...['mean_fit_time', 'std_fit_time', 'mean_score_time', 'std_score_time'],
        ...params,
        'params',
        ...['split0_test_score', 'split1_test_score', 'split2_test_score', 'mean_test_score', 'std_test_score', 'rank_test_score'],
      ]);
      expect(rows).toHaveLength(combinations);
      const numbers = (row: string[], names: RegExp) => columns.flatMap((column, i) => (names.test(column) ? [Number(row[i])] : []));
      for (const row of rows) {
        expect(Object.keys(JSON.parse(row[columns.indexOf('params')])).map((key) => `param_${key}`)).toEqual(params);
        const scores = numbers(row, /^split/);
        const [mean] = numbers(row, /^mean_test_score$/);
        expect(mean).toBeCloseTo(scores.reduce((sum, score) => sum + score, 0) / 3, 12);
        expect(Math.min(...scores, ...numbers(row, /_time$/))).toBeGreaterThanOrEqual(0);
      }
      const ranks = rows.map((row) => Number(row[columns.indexOf('rank_test_score')]));
      expect(Math.min(...ranks)).toBe(1);
      expect(Math.max(...ranks)).toBeLessThanOrEqual(combinations);
    },
  );

  test('the winner of one is trained by its name', () => {
    expect(npm('train', 'from-study=neurons', 'training.epochs=2')).toContain('report: ');
  });
});
