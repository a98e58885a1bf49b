import { appendFileSync, rmSync } from 'node:fs';
import { defineCallback } from './callback.ts';

/**
 * Writes the logs of each epoch as one line of a CSV file in the run's folder: `epoch` (from 1, as on the screen), the
 * logs under their keys, `learningRate`, `seconds` (training and validation). The columns are those of the first epoch.
 * A line is written by one call, so that a killed training leaves whole lines. Without a run it writes nothing.
 */
export const csvLogger = defineCallback({
  name: 'csvLogger',
  defaults: {
    /** Path inside the run's folder. */
    file: 'log.csv',
  },
  create({ file }, run) {
    if (!run) return { name: 'csvLogger' };
    const path = run.path(file);
    let columns: string[] | undefined;
    let epochBegan = 0;
    return {
      name: 'csvLogger',
      onEpochBegin() {
        epochBegan = performance.now();
      },
      onEpochEnd({ optimizer }, epoch, logs) {
        const seconds = Number(((performance.now() - epochBegan) / 1000).toFixed(3));
        const values: Record<string, number> = { epoch: epoch + 1, ...logs, learningRate: optimizer.learningRate, seconds };
        let lines = '';
        if (!columns) {
          columns = Object.keys(values);
          lines = `${columns.join(',')}\n`;
          rmSync(path, { force: true });
        }
        lines += `${columns.map((column) => values[column] ?? '').join(',')}\n`;
        appendFileSync(path, lines);
      },
      // A training that goes on appends to the file that is there.
      stateDict: () => columns ?? null,
      loadStateDict(state) {
        columns = (state as string[] | null) ?? undefined;
      },
    };
  },
});
