import { useBackend } from '../../../../src/backend/index.ts';
import { csvLogger, modelCheckpoint } from '../../../../src/callbacks/index.ts';
import type { AnyConfig } from '../../../../src/config/index.ts';
import { createRun } from '../../../../src/runs/create-run.ts';
import { Trainer } from '../../../../src/training/trainer.ts';
import { pointLoader, tinyModel } from '../../training/tiny-training.ts';

/** Trains until it is killed, in a project at the first argument; prints the run's folder, then a line per epoch. */
await useBackend();
const config = { name: 'points', seed: 0, data: { name: 'points' }, model: { name: 'mlp' }, callbacks: {} } as unknown as AnyConfig;
const { run } = createRun({ root: process.argv[2], config });
console.log(run.folder);
const callbacks = [
  modelCheckpoint.create(modelCheckpoint.defaults, run),
  csvLogger.create(csvLogger.defaults, run),
  { name: 'tell', onEpochEnd: (_context: unknown, epoch: number) => console.log(epoch) },
];
const optimizer = { name: 'adam', learningRate: 1e-4 };
const trainer = new Trainer(tinyModel(), { epochs: 100_000, loss: 'sparseCategoricalCrossentropy', monitor: 'loss', optimizer, callbacks });
await trainer.fit(pointLoader(16));
