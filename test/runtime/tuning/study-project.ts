import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import type { AnyConfig, ConfigInput, ProjectParts } from '../../../src/config/index.ts';
import { resolveConfig } from '../../../src/config/index.ts';
import { mlp } from '../../../src/models/index.ts';
import { defineProject } from '../../../src/project/index.ts';
import { createRun, type Run } from '../../../src/runs/index.ts';
import { gridSearch, type ProjectStudy } from '../../../src/tuning/index.ts';
import { points } from '../training/tiny-training.ts';

const dataset = { name: 'points', defaults: { noise: 0 }, load: async () => ({ train: points(20), test: async () => points(4) }) };

export const rateOf = (config: AnyConfig) => (config.training.optimizer as { learningRate?: number }).learningRate!;

/** Four trainings. */
export const space = { 'training.optimizer.learningRate': [0.1, 0.2], 'model.hidden': [[4], [8, 4]] };

/** Better with a higher rate and with more layers. */
export const train = (config: AnyConfig) => ({
  val_accuracy: rateOf(config) + (config.model as unknown as { hidden: number[] }).hidden.length / 10,
  val_loss: 1,
});

/** A project in a new folder for each test of a file, in which studies are run as `npm run tune` would. */
export function useStudyProject() {
  let root = '';
  let printed: string[] = [];
  const parts = () =>
    defineProject({ root, datasets: [dataset], models: [mlp], losses: [], metrics: [], callbacks: [] }) as unknown as ProjectParts;

  beforeAll(async () => {
    await useBackend();
  });
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'study-'));
    mkdirSync(join(root, 'tuning'));
    printed = [];
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  return {
    get root() {
      return root;
    },
    get parts() {
      return parts();
    },
    get printed() {
      return printed;
    },
    configWith(changes: object = {}): AnyConfig {
      const input: ConfigInput<ProjectParts> = {
        name: 'p',
        data: { name: 'points', validationSplit: 0.2 } as never,
        model: { name: 'mlp', hidden: [4] } as never,
        training: { epochs: 2, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'], optimizer: 'adam', ...changes },
      };
      return resolveConfig(parts(), input).config as AnyConfig;
    },
    studyOf(space: object, scoring = 'val_accuracy'): ProjectStudy {
      return { ...gridSearch<AnyConfig>({ space, scoring: scoring as never }), name: 'rate', project: parts() };
    },
    tuneRun(config: AnyConfig): Run {
      return createRun({ root, config, kind: 'trial', print: (text) => printed.push(text) }).run;
    },
  };
}
