import { layers, sequential, withLayerNames } from '../../../src/layers/index.ts';
import { initializeWeights } from '../../../src/models/index.ts';
import { Trainer, type TrainingData } from '../../../src/training/index.ts';

/** Learns to give back its inputs through a layer of few units. */
export async function trainAutoencoder(train: TrainingData, validation: TrainingData) {
  const model = withLayerNames(() =>
    sequential([
      layers.flatten({ inputShape: train.features.inputShape }),
      layers.dense({ name: 'code', units: 32, activation: 'relu' }),
      layers.dense({ name: 'picture', units: 28 * 28 }),
    ]),
  );
  initializeWeights(model, 0);
  const trainer = new Trainer(model, {
    epochs: 4,
    loss: 'meanSquaredError',
    optimizer: 'adam',
    trainStep: ({ inputs, loss, forward, minimize }) => minimize(() => loss.compute(inputs, forward(inputs))),
    testStep: ({ inputs, loss, forward }) => loss.compute(inputs, forward(inputs)),
  });
  await trainer.fit(train, validation);
  return { model, history: trainer.history };
}
