import { z } from 'zod';
import { type LayerPatterns, matchLayers, unfreezeLayers } from '../layers/freeze.ts';
import { defineCallback } from './callback.ts';

const option = 'callbacks.unfreeze.layers';

/**
 * Trains layers that `model.freeze` keeps as they are from an epoch on: Lightning's `BackboneFinetuning`.
 * `epoch` counts from 1, as on the screen. A resumed training unfreezes them again by itself.
 */
export const unfreeze = defineCallback({
  name: 'unfreeze',
  defaults: { layers: '*' as LayerPatterns, epoch: 2 },
  schema: { layers: z.union([z.string(), z.array(z.string())]), epoch: z.int().min(1) },
  create: ({ layers, epoch }) => ({
    name: 'unfreeze',
    onTrainBegin: ({ model }) => void matchLayers(model, layers, option), // a misspelt one is told now, not after hours
    onEpochBegin({ model }, current) {
      if (current + 1 >= epoch) unfreezeLayers(model, layers, option);
    },
  }),
});
