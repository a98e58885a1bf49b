import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GivenAnswers } from '../../generators/engine/questions.ts';
import { Workplace } from '../support/sample-project.ts';
import { everyPair } from './app-input.ts';
import { MatrixFolder } from './matrix-folder.ts';

describe('the whole matrix', () => {
  const folder = new MatrixFolder('matrix');
  beforeAll(() => folder.write(), 60_000);
  afterAll(() => folder.remove());

  test("type-checks under the project's own tsconfig.json", () => {
    expect(folder.tsc(['project-*'])).toBe('');
  });
});

// Every project of the matrix would take an hour: a few a day, others tomorrow. DL_MATRIX_SAMPLE=<number> takes those of that day again.
const combinations = everyPair();
const day = Number(process.env.DL_MATRIX_SAMPLE ?? process.env.GITHUB_RUN_NUMBER ?? Math.floor(Date.now() / 86_400_000));
const many = 2;
const sample = Array.from({ length: many }, (_, index) => combinations[(day * many + index) % combinations.length]);

describe(`a sample of it, that of DL_MATRIX_SAMPLE=${day}`, () => {
  const place = new Workplace();
  afterAll(() => place.remove(), 120_000);

  test.each(sample.map((answers, index) => [Object.values(answers).join(' '), answers, `sample-${index}`] as const))(
    '%s: is installed, checked, trained, compressed and predicted with',
    (_, answers, name) => {
      console.log(`  ${name}: ${flagsOf(answers).join(' ')}`);
      const { project } = place.create(name, flagsOf(answers));
      bringData(project, answers);
      const npm = (...args: string[]) => place.must('npm', ['run', '--silent', ...args], { cwd: project });
      npm('check');
      expect(npm('test')).toMatch(/passed/);
      const batchSize = answers.data === 'csv' ? ['data.batchSize=8'] : [];
      expect(npm('train', 'training.epochs=1', ...batchSize)).toContain('next: ');
      expect(npm('predict')).toMatch(/test (image|row) 0(:| is)/);
      expect(npm('compress')).toMatch(/\d bytes\)/);
      expect(npm('evaluate')).toContain('never used in training');
      expect(place.must('npx', ['create-dl-project', 'list'], { cwd: project })).toContain(answers.model);
    },
  );
});

/** All answers as flags. The other package managers and TensorFlow's library, which is 0.9 GB, have tests of their own. */
function flagsOf(answers: GivenAnswers): string[] {
  const quick = { ...answers, install: 'yes', git: 'yes', backend: 'wasm', 'package-manager': 'npm' };
  return Object.entries(quick).flatMap(([name, value]) => [`--${name}`, value]);
}

/** Files for data that is read from files: few of them, and easy to learn. */
function bringData(project: string, { data, task }: GivenAnswers): void {
  const folder = join(project, 'dataset');
  if (data !== 'csv' && data !== 'idx') return;
  mkdirSync(folder);
  if (data === 'csv') {
    const rows = Array.from({ length: 120 }, (_, row) => [row % 7, (row * 3) % 11, row % 2]);
    const target = (row: readonly number[]) => (task === 'predict-number' ? 2 * row[0] - row[1] : row[2] === 0 ? 'even' : 'odd');
    const lines = rows.map((row) => [...row, target(row)].join(','));
    writeFileSync(join(folder, 'table.csv'), `a,b,c,target\n${lines.join('\n')}\n`);
    return;
  }
  for (const [part, count] of [
    ['train', 200],
    ['t10k', 50],
  ] as const) {
    const images = Buffer.alloc(16 + count * 784);
    const labels = Buffer.alloc(8 + count);
    for (const [index, word] of [0x803, count, 28, 28].entries()) images.writeUInt32BE(word, index * 4);
    for (const [index, word] of [0x801, count].entries()) labels.writeUInt32BE(word, index * 4);
    for (let image = 0; image < count; image++) {
      labels[8 + image] = image % 10;
      images.fill(255, 16 + image * 784 + (image % 10) * 70, 16 + image * 784 + (image % 10) * 70 + 70); // a bar for each class
    }
    writeFileSync(join(folder, `${part}-images-idx3-ubyte`), images);
    writeFileSync(join(folder, `${part}-labels-idx1-ubyte`), labels);
  }
}
