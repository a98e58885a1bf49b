import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { pngBytes } from '../runtime/data/images/png-bytes.ts';
import { Workplace } from '../support/sample-project.ts';

const place = new Workplace();
afterAll(() => place.remove());

/** Dark and light pictures with a pattern, two hundred of each. */
function drawPictures(folder: string): void {
  for (const [name, level] of [
    ['dark', 40],
    ['light', 200],
  ] as const) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < 200; i++) {
      const pixels = Uint8Array.from({ length: 32 * 32 }, (_, at) => level + ((at * (i + 3)) % 50));
      writeFileSync(join(folder, name, `${i}.png`), pngBytes(32, 32, 'grey', pixels));
    }
  }
}

test('a project of the packed packages learns from pictures, with threads as without them, to the bit', () => {
  const { project } = place.create('pictures', ['--data', 'image-folder', '--model', 'lenet5-classic', '--skip-git']);
  drawPictures(join(project, 'dataset'));
  const train = (workers: number) => {
    const words = [`data.workers=${workers}`, 'data.augmentation.flip=horizontal', 'data.augmentation.rotate=10', 'training.epochs=2'];
    const output = place.must('npm', ['run', 'train', ...words], { cwd: project });
    const [run] = readdirSync(join(project, 'runs', 'lenet5-classic'))
      .sort()
      .slice(-1);
    return { output, log: readFileSync(join(project, 'runs', 'lenet5-classic', run, 'log.csv'), 'utf8') };
  };
  const alone = train(0);
  expect(alone.output).toMatch(/288 train, 32 validation/);
  const losses = (log: string) => log.split('\n').map((line) => line.split(',').slice(0, 5).join(','));
  expect(losses(train(2).log)).toEqual(losses(alone.log));
  expect(place.must('npm', ['run', 'playground', 'samples=1'], { cwd: project })).toContain('runs/augmentation.png');
  expect(place.must('npm', ['run', 'predict', `file=${join(project, 'dataset', 'light', '3.png')}`], { cwd: project })).toContain('light');
});
