import { dispose, mean, type Scalar, square, type Tensor, tensor, tidy, variableGrads } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { z } from 'zod';
import { formatCount } from '../core/format.ts';
import { textTable } from '../core/text-table.ts';
import type { Batch } from '../data/dataset.ts';
import { trainableVariables } from '../layers/stable-weight-names.ts';
import { defineCallback } from './callback.ts';

/** A size is as good as the fastest from this share of its speed on. */
const goodShare = 0.9;

/**
 * Looks for a batch size instead of training: times a step of the model with 8, 16, 32 ... samples, ends the training, and names the smallest
 * size that is nearly as fast per sample as the fastest: larger ones only learn less per pass. On a CPU it is speed that limits, not memory,
 * which Lightning's callback of that name looks at.
 */
export const batchSizeFinder = defineCallback({
  name: 'batchSizeFinder',
  defaults: {
    /** The largest size that is tried. */
    maxBatchSize: 512,
  },
  schema: { maxBatchSize: z.int().min(8) },
  create({ maxBatchSize }, run) {
    return {
      name: 'batchSizeFinder',
      onTrainBatchBegin(context) {
        const { model, batch, features } = context;
        if (!batch || context.stopReason !== undefined) return;
        const speeds: { readonly size: number; readonly perSecond: number }[] = [];
        for (let size = 8; size <= maxBatchSize; size *= 2) {
          speeds.push({ size, perSecond: (size * 1000) / timeStep(model, repeat(batch, size), [size, ...features.inputShape]) });
        }
        const fastest = Math.max(...speeds.map(({ perSecond }) => perSecond));
        const { size } = speeds.find(({ perSecond }) => perSecond >= goodShare * fastest) ?? speeds[0];
        const rows = speeds.map((speed) => [String(speed.size), formatCount(speed.perSecond), speed.size === size ? 'enough' : '']);
        run?.print(textTable([{ title: 'batch' }, { title: 'samples/s' }, { title: '', align: 'left' }], rows));
        context.stopTraining(`the batch sizes are tried: try data.batchSize=${size}`);
      },
    };
  },
});

/** `size` samples, those of a batch over and over. */
function repeat({ inputs, size: samples }: Batch, size: number): Float32Array {
  const perSample = inputs.length / samples;
  return Float32Array.from({ length: size * perSample }, (_, i) => inputs[i % inputs.length]);
}

/** Milliseconds of forward and backward pass; the fastest of three after one that compiles. */
function timeStep(model: LayersModel, inputs: Float32Array, shape: number[]): number {
  const variables = trainableVariables(model);
  const times = [0, 1, 2, 3].map(() => {
    const start = performance.now();
    tidy(() => {
      const batch = tensor(inputs, shape);
      const { value, grads } = variableGrads(() => mean(square(model.apply(batch, { training: true }) as Tensor)) as Scalar, variables);
      value.dataSync();
      dispose(grads);
    });
    return performance.now() - start;
  });
  return Math.min(...times.slice(1));
}
