import { add, div, keep, type NamedTensorMap, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { defineCallback } from './callback.ts';

interface SavedGradients {
  readonly count: number;
  readonly sums: Readonly<Record<string, { readonly shape: number[]; readonly values: Float32Array }>>;
}

/**
 * Lets several batches make one step of the optimizer, with the mean of their gradients: as a batch that many times as large, in the memory of
 * one. At the end of an epoch it steps with what there is. Lightning's callback of that name.
 */
export const gradientAccumulationScheduler = defineCallback({
  name: 'gradientAccumulationScheduler',
  defaults: {
    /** Batches per step, from which epoch on (from 0): `{ "0": 8, "4": 1 }`. */
    scheduling: { '0': 4 } as Record<string, number>,
  },
  schema: {
    scheduling: z
      .record(z.string(), z.number())
      .refine(isSchedule)
      .describe('Its keys are epochs from 0, its values whole numbers of batches: {"0": 8, "4": 1}.'),
  },
  create({ scheduling }) {
    const changes = Object.entries(scheduling).map(([epoch, batches]) => ({ epoch: Number(epoch), batches }));
    let sums: NamedTensorMap = {};
    let count = 0;
    const clear = () => {
      for (const sum of Object.values(sums)) sum.dispose();
      sums = {};
      count = 0;
    };
    return {
      name: 'gradientAccumulationScheduler',
      onGradients({ epoch, stepInEpoch, params }, gradients) {
        const batches = changes.filter((change) => change.epoch <= epoch).sort((a, b) => b.epoch - a.epoch)[0]?.batches ?? 1;
        sums = addTo(sums, gradients);
        count++;
        if (count < batches && stepInEpoch + 1 < params.stepsPerEpoch) return {};
        const means = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, div(sum, count) as Tensor]));
        clear();
        return means;
      },
      onTrainEnd: clear,
      onException: clear,
      stateDict: () => ({ count, sums: Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, download(sum)])) }),
      loadStateDict(state) {
        const saved = state as SavedGradients;
        count = saved.count;
        sums = Object.fromEntries(Object.entries(saved.sums).map(([name, { shape, values }]) => [name, keep(tensor(values, shape))]));
      },
    };
  },
});

function isSchedule(scheduling: Readonly<Record<string, number>>): boolean {
  return Object.entries(scheduling).every(([epoch, batches]) => /^\d+$/.test(epoch) && Number.isInteger(batches) && batches >= 1);
}

function addTo(sums: NamedTensorMap, gradients: NamedTensorMap): NamedTensorMap {
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => {
      const before = sums[name];
      const sum = tidy(() => keep(before ? add<Tensor>(before, gradient) : gradient.clone()));
      before?.dispose();
      return [name, sum];
    }),
  );
}

function download(sum: Tensor): SavedGradients['sums'][string] {
  return { shape: sum.shape, values: (sum.dataSync() as Float32Array).slice() };
}
