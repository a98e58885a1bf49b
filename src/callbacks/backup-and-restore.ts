import { z } from 'zod';
import { saveLastCheckpoint } from '../checkpoint/save-last-checkpoint.ts';
import { defineCallback, type TrainingContext } from './callback.ts';

/**
 * Saves where the training stands, so that `npm run train resume` goes on from there to the same bits: weights, optimizer, position in the
 * epoch, history, and what every callback knows. Keras' callback of that name, but its file stays when the training is over: more epochs
 * can follow. The file before is kept as `previous.safetensors`. Without a run it saves nothing.
 */
export const backupAndRestore = defineCallback({
  name: 'backupAndRestore',
  watchesOnly: true,
  defaults: {
    /** `epoch`: after each; a number: also after every so many steps, for long epochs. */
    saveFreq: 'epoch' as 'epoch' | number,
    /** Also after the first step that ends so many seconds after the last save; 0 is off. */
    everySeconds: 0,
  },
  schema: { saveFreq: z.union([z.literal('epoch'), z.int().min(1)]), everySeconds: z.number().min(0) },
  create({ saveFreq, everySeconds }, run) {
    if (!run) return { name: 'backupAndRestore' };
    let saved = performance.now();
    const save = async (context: TrainingContext) => {
      const content = await context.snapshot();
      if (content) await saveLastCheckpoint(run, content);
      saved = performance.now();
    };
    const isDue = (step: number) =>
      (saveFreq !== 'epoch' && (step + 1) % saveFreq === 0) || (everySeconds > 0 && performance.now() - saved >= everySeconds * 1000);
    return {
      name: 'backupAndRestore',
      onTrainBegin() {
        saved = performance.now();
      },
      ...((saveFreq !== 'epoch' || everySeconds > 0) && {
        onTrainBatchEnd: (context, step) => (isDue(step) ? save(context) : undefined),
      }),
      onEpochEnd: save,
    };
  },
});
