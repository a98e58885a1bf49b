// Trains lenet5-classic on a few drawn digits and prints a checksum of its weights and the tensor count after each epoch.
import { createHash } from 'node:crypto';
import { memory } from '@tensorflow/tfjs-core';
import { useBackend } from '../../../../src/backend/use-backend.ts';
import { readWeights } from '../../../../src/checkpoint/model-weights.ts';
import { DataLoader } from '../../../../src/data/data-loader.ts';
import { drawDigits } from '../../../../src/data/images/digits/draw-digits.ts';
import { createModel } from '../../../../src/models/create-model.ts';
import { lenet5Classic } from '../../../../src/models/lenet5-classic.ts';
import { Trainer } from '../../../../src/training/trainer.ts';

const seed = Number(process.argv[2]);
const { name } = await useBackend();
const digits = drawDigits({ count: 96, seed: 1 });
const model = createModel(lenet5Classic, {}, digits.features, seed);
const tensors: number[] = [];
const trainer = new Trainer(model, {
  epochs: 3,
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
  optimizer: 'adam',
  seed,
  callbacks: [{ name: 'count', onEpochEnd: () => void tensors.push(memory().numTensors) }],
});
const positions = Uint32Array.from({ length: 64 }, (_, i) => i);
const logs = await trainer.fit(
  new DataLoader(digits, { batchSize: 16, shuffleSeed: seed, positions }),
  new DataLoader(digits, { batchSize: 16, positions: Uint32Array.from({ length: 32 }, (_, i) => 64 + i) }),
);
const hash = createHash('sha256');
for (const { values } of (await readWeights(model)).values()) hash.update(values);
console.log(JSON.stringify({ name, weights: hash.digest('hex'), tensors, logs }));
