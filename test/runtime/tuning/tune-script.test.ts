import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makeTinyProject } from '../../support/tiny-project.ts';

describe('npm run tune', () => {
  const project = makeTinyProject();
  afterAll(() => project.remove());

  test('runs a study of the project, and train takes the best settings', async () => {
    mkdirSync(join(project.root, 'tuning'));
    writeFileSync(
      join(project.root, 'tuning/rate.ts'),
      `import { gridSearch } from 'dl-project/tuning';
import type { Config } from '../src/project.ts';

export default gridSearch<Config>({ space: { 'training.optimizer.learningRate': [0.0001, 0.05] }, scoring: 'val_accuracy' });
`,
    );
    const tuned = await project.run('tune', ['study=rate', 'training.epochs=12']);
    expect(tuned).toMatchObject({ code: 0, stderr: '' });
    expect(tuned.stdout).toMatch(/2 of 2 done\. {3}use it: npm run train from-study=rate {5}table: tuning\/rate\.csv/);
    const trained = await project.run('train', ['from-study=rate', 'print-config']);
    expect(JSON.parse(trained.stdout).training.optimizer.learningRate).toBe(0.05);
  });
});
