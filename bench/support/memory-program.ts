// Trains lenet5 for 50 epochs on a few drawn digits, with validation, and prints the resident bytes after epoch 5 and after the last as JSON.

import { useBackend } from '../../src/backend/use-backend.ts';
import type { TrainingContext } from '../../src/callbacks/callback.ts';
import { lambdaCallback } from '../../src/callbacks/lambda-callback.ts';
import { DataLoader } from '../../src/data/data-loader.ts';
import { Trainer } from '../../src/training/trainer.ts';
import { buildModel, imagesFor } from './build-model.ts';

const batchSize = 128;
const resident: number[] = [];

await useBackend();
const loader = (batches: number, shuffleSeed?: number) =>
  new DataLoader(imagesFor('lenet5', batches * batchSize), { batchSize, shuffleSeed });
const trainer = new Trainer(buildModel('lenet5'), {
  epochs: 50,
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
  optimizer: 'adam',
  callbacks: [lambdaCallback({ onEpochEnd: look })],
});
await trainer.fit(loader(4, 0), loader(1));
process.stdout.write(`${JSON.stringify({ early: resident[4], late: resident[49] })}\n`);

/** What is garbage by now does not count. */
function look(_: TrainingContext): void {
  globalThis.gc?.();
  resident.push(process.memoryUsage.rss());
}
