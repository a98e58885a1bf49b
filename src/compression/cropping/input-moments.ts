import type { DataLoader } from '../../data/data-loader.ts';

/** Of every value that goes into the model, over samples; `[values]` each. */
export interface InputMoments {
  readonly means: Float64Array;
  readonly variances: Float64Array;
}

/** Mean and variance of each input over the first `batches` of the training data. */
export async function inputMoments(train: DataLoader, batches: number): Promise<InputMoments> {
  const size = train.features.inputShape.reduce((product, length) => product * length, 1);
  const [sums, squares] = [new Float64Array(size), new Float64Array(size)];
  let [count, left] = [0, batches];
  for await (const batch of train.epoch(0)) {
    for (let i = 0; i < batch.size * size; i++) {
      const value = batch.inputs[i];
      sums[i % size] += value;
      squares[i % size] += value * value;
    }
    count += batch.size;
    if (--left === 0) break;
  }
  const means = sums.map((sum) => sum / count);
  return { means, variances: squares.map((square, i) => Math.max(0, square / count - means[i] ** 2)) };
}
