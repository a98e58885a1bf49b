import { bestCheckpointPath, lastCheckpointPath } from '../checkpoint/checkpoint-paths.ts';
import { saveCheckpoint } from '../checkpoint/save-checkpoint.ts';
import { defineCallback } from './callback.ts';

/**
 * Saves the model after an epoch: `checkpoints/best.safetensors` when the monitored value is the best so far,
 * `checkpoints/last.safetensors` after each one, with the optimizer's state. A crash leaves the file before. Without a run it saves nothing.
 */
export const modelCheckpoint = defineCallback({
  name: 'modelCheckpoint',
  defaults: {
    /** What evaluate, predict and compress read. */
    saveBest: true,
    /** Where a training that was ended could go on. */
    saveLast: true,
  },
  create({ saveBest, saveLast }, run) {
    if (!run) return { name: 'modelCheckpoint' };
    return {
      name: 'modelCheckpoint',
      async onEpochEnd({ model, features, optimizer, monitor }, epoch, logs) {
        const content = { model, features, epoch, logs };
        if (saveBest && monitor.improved) {
          await saveCheckpoint(bestCheckpointPath(run), content);
          run.record({ bestEpoch: epoch });
        }
        if (saveLast) await saveCheckpoint(lastCheckpointPath(run), { ...content, optimizerState: await optimizer.stateDict() });
      },
    };
  },
});
