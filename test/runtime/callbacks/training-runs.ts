import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Callback, Logs } from '../../../src/callbacks/callback.ts';
import type { AnyConfig } from '../../../src/config/config-types.ts';
import { createRun, type StartedRun } from '../../../src/runs/create-run.ts';
import type { Run } from '../../../src/runs/run.ts';
import { Trainer, type TrainerOptions } from '../../../src/training/trainer.ts';
import { pointLoader, tinyModel } from '../training/tiny-training.ts';

/** A real run in a folder of its own, which is gone after the test. What it prints goes into `printed`. */
export function temporaryRun(kind: Run['kind'] = 'train'): Pick<StartedRun<AnyConfig>, 'run' | 'tell'> & { printed: string[] } {
  const root = mkdtempSync(join(tmpdir(), 'dl-project-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const config = {
    name: 'points',
    seed: 0,
    data: { name: 'points', batchSize: 16, validationSplit: 0.2 },
    model: { name: 'mlp' },
    training: {
      epochs: 4,
      loss: { name: 'sparseCategoricalCrossentropy' },
      metrics: [],
      optimizer: { name: 'adam', learningRate: 0.05 },
      monitor: 'val_loss' as const,
    },
    callbacks: {},
    compression: { recipe: 'none' },
  };
  const printed: string[] = [];
  const { run, tell } = createRun({ root, config, kind, print: (text) => void printed.push(text) });
  return { run, tell, printed };
}

/** A metric that has these values at the ends of the epochs, to be monitored: each epoch is as good as the test wants it. */
export function scriptedLosses(values: readonly number[]): { options: Partial<TrainerOptions>; epochs: number } {
  // Reset before the training and before the validation of each epoch.
  let resets = 0;
  const accumulator = () => ({
    update() {},
    result: () => values[Math.max(0, Math.ceil(resets / 2) - 1)],
    reset() {
      resets++;
    },
  });
  return {
    epochs: values.length,
    options: { monitor: 'val_scripted', metrics: [{ name: 'scripted', higherIsBetter: false, accumulator }] },
  };
}

/** Trains the tiny model on a few points. */
export async function trainTiny(
  callbacks: readonly Callback[],
  options: Partial<TrainerOptions> = {},
): Promise<{ logs: Logs; trainer: Trainer }> {
  const model = tinyModel();
  const trainer = new Trainer(model, {
    epochs: 4,
    loss: 'sparseCategoricalCrossentropy',
    optimizer: { name: 'adam', learningRate: 0.05 },
    callbacks,
    ...options,
  });
  try {
    return { logs: await trainer.fit(pointLoader(64), pointLoader(32, { seed: 1, shuffle: false })), trainer };
  } finally {
    model.dispose();
  }
}
