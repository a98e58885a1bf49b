import { appendFileSync, existsSync, rmSync, statSync, truncateSync } from 'node:fs';
import { defineCallback } from './callback.ts';

/**
 * Writes the logs of each epoch as one line of a CSV file in the run's folder: `epoch` (from 1, as on the screen), the
 * logs under their keys, `learningRate`, `samplesPerSecond` (training alone; empty where a training that goes on had only to judge the epoch), `seconds` (training and validation). The columns are those of the first epoch.
 * A line is written by one call, so that a killed training leaves whole lines; one that goes on takes away what was written after it was
 * saved, so that no epoch is there twice. Without a run it writes nothing.
 */
export const csvLogger = defineCallback({
  name: 'csvLogger',
  watchesOnly: true,
  defaults: {
    /** Path inside the run's folder. */
    file: 'log.csv',
  },
  create({ file }, run) {
    if (!run) return { name: 'csvLogger' };
    const path = run.path(file);
    let columns: string[] | undefined;
    let bytes = 0;
    let epochBegan: number | undefined;
    let secondsBefore = 0; // of an epoch that was interrupted
    let trained = { began: 0, samples: 0, seconds: 0 };
    const secondsOfEpoch = () => secondsBefore + (epochBegan === undefined ? 0 : (performance.now() - epochBegan) / 1000);
    return {
      name: 'csvLogger',
      onEpochBegin() {
        epochBegan = performance.now();
        trained = { began: epochBegan, samples: 0, seconds: 0 };
      },
      onTrainBatchEnd({ batch }) {
        trained.samples += batch?.size ?? 0;
        trained.seconds = (performance.now() - trained.began) / 1000;
      },
      onEpochEnd({ optimizer }, epoch, logs) {
        const seconds = Number(secondsOfEpoch().toFixed(3));
        secondsBefore = 0;
        epochBegan = undefined;
        const samplesPerSecond = trained.samples > 0 ? Number((trained.samples / trained.seconds).toPrecision(5)) : undefined;
        const learningRate = optimizer.learningRate;
        const values: Record<string, number | undefined> = { epoch: epoch + 1, ...logs, learningRate, samplesPerSecond, seconds };
        let lines = '';
        if (!columns) {
          columns = Object.keys(values);
          lines = `${columns.join(',')}\n`;
          rmSync(path, { force: true });
        }
        lines += `${columns.map((column) => values[column] ?? '').join(',')}\n`;
        appendFileSync(path, lines);
        bytes += Buffer.byteLength(lines);
      },
      stateDict: () => ({ columns: columns ?? null, bytes, seconds: secondsOfEpoch() }),
      loadStateDict(state) {
        const saved = state as { columns: string[] | null; bytes: number; seconds: number };
        columns = saved.columns ?? undefined;
        bytes = saved.bytes;
        secondsBefore = saved.seconds;
        if (existsSync(path) && statSync(path).size > bytes) truncateSync(path, bytes);
      },
    };
  },
});
