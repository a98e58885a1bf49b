import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { bestCheckpointPath } from '../checkpoint/checkpoint-paths.ts';
import { saveCheckpoint } from '../checkpoint/save-checkpoint.ts';
import { defineCallback, type TrainingContext } from './callback.ts';

/** An epoch that is on disk, and how good it was. */
interface KeptEpoch {
  readonly epoch: number;
  readonly value: number;
}

/**
 * Saves the model after an epoch by the monitored value: the best one as `checkpoints/best.safetensors`, which the other scripts read, and on
 * request the k best ones as `checkpoints/epoch-3.safetensors`. A crash leaves the file before. Without a run it saves nothing.
 */
export const modelCheckpoint = defineCallback({
  name: 'modelCheckpoint',
  watchesOnly: true,
  defaults: {
    /** How many of the best epochs are kept; 1 is the best alone, 0 none. */
    saveTopK: 1,
    /** Saves the model as `checkpoints/exception.safetensors` where the training fails, to look at what went wrong. */
    saveOnException: false,
  },
  schema: { saveTopK: z.int().min(0) },
  create({ saveTopK, saveOnException }, run) {
    if (!run || (saveTopK === 0 && !saveOnException)) return { name: 'modelCheckpoint' };
    let kept: readonly KeptEpoch[] = [];
    const pathOf = (epoch: number) => run.path('checkpoints', `epoch-${epoch + 1}.safetensors`);
    return {
      name: 'modelCheckpoint',
      async onEpochEnd({ model, features, monitor }, epoch, logs) {
        const content = { model, features, epoch, logs };
        if (saveTopK > 0 && monitor.improved) {
          await saveCheckpoint(bestCheckpointPath(run), content);
          const { key, higherIsBetter, bestValue: value } = monitor;
          run.record({ bestEpoch: epoch, monitored: { key, higherIsBetter, value } });
        }
        if (saveTopK < 2) return;
        const before = kept;
        kept = bestOf([...before, { epoch, value: logs[monitor.key] }], monitor).slice(0, saveTopK);
        if (kept.some((one) => one.epoch === epoch)) await saveCheckpoint(pathOf(epoch), content);
        for (const one of before) if (!kept.includes(one)) await rm(pathOf(one.epoch), { force: true });
      },
      async onException({ model, features, history }) {
        const content = { model, features, epoch: history.length - 1, logs: history.at(-1) ?? {} };
        if (saveOnException) await saveCheckpoint(run.path('checkpoints', 'exception.safetensors'), content);
      },
      stateDict: () => kept,
      loadStateDict(state) {
        kept = state as KeptEpoch[];
      },
    };
  },
});

/** The best first, the earlier of equals; epochs without a number are none. */
function bestOf(epochs: readonly KeptEpoch[], { higherIsBetter }: TrainingContext['monitor']): KeptEpoch[] {
  const sign = higherIsBetter ? -1 : 1;
  return epochs.filter(({ value }) => !Number.isNaN(value)).sort((a, b) => sign * (a.value - b.value) || a.epoch - b.epoch);
}
