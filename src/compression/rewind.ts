import { existsSync } from 'node:fs';
import { loadWeightsInto, readWeights } from '../checkpoint/model-weights.ts';
import { readCheckpoint } from '../checkpoint/read-checkpoint.ts';
import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import { initializeWeights } from '../models/initialize-weights.ts';
import type { Technique } from './technique.ts';
import { prunableWeights } from './weight-pruning/prunable-weights.ts';

export interface RewindOptions {
  /** `start`: the weights that the model was created with, drawn again from the training's seed. Or the path of a checkpoint. */
  to: string;
}

/**
 * Gives the weights that are left the values of an earlier time; what is pruned stays 0. Train behind it for as long as the first
 * time: a lottery ticket (Frankle and Carbin, "The lottery ticket hypothesis", 2019). All weights go back, biases and BatchNorm too.
 */
export function rewind(options: RewindOptions): Technique {
  requireKnownOptions('rewind', options, { to: true });
  const { to } = options;
  return {
    name: 'rewind',
    label: 'rewind',
    options,
    needs: 'nothing',
    keepsKernels: true,
    check(_, { steps, index }) {
      if (typeof to !== 'string' || to === '') {
        throw new DlError('config', `rewind to is ${JSON.stringify(to)}; it is 'start' or the path of a checkpoint.`);
      }
      const surgery = steps.slice(0, index).find(({ rewrite, keepsKernels }) => rewrite && !keepsKernels);
      if (surgery) {
        throw new DlError(
          'refused',
          `The recipe has rewind after ${surgery.name}, but the layers are no longer those that began: leave one out.`,
        );
      }
      if (to !== 'start' && !existsSync(to)) {
        throw new DlError('refused', `rewind finds no checkpoint ${to}. Train with a callback that keeps it, or use { to: 'start' }.`);
      }
    },
    async rewrite({ model, training }) {
      const before = await readWeights(model);
      if (to === 'start') initializeWeights(model, training?.seed ?? 0);
      else loadWeightsInto(model, await readCheckpoint(to));
      const after = new Map(await readWeights(model));
      for (const { name } of prunableWeights(model)) {
        const pruned = before.get(name)?.values;
        const weight = after.get(name);
        if (weight) after.set(name, { ...weight, values: weight.values.map((value, i) => (pruned?.[i] === 0 ? 0 : value)) });
      }
      loadWeightsInto(model, { weights: after });
      return model;
    },
  };
}
