import { appendFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { defineCallback } from './callback.ts';

/**
 * Writes how fast the training is to a CSV file of the run: every so many steps the samples per second over these, and the share of the time
 * that was spent waiting for data. Lightning's callback of that name. Without a run it writes nothing.
 */
export const throughputMonitor = defineCallback({
  name: 'throughputMonitor',
  watchesOnly: true,
  defaults: {
    /** Steps per line. */
    everySteps: 50,
    /** Path inside the run's folder. */
    file: 'throughput.csv',
  },
  schema: { everySteps: z.int().min(1) },
  create({ everySteps, file }, run) {
    if (!run) return { name: 'throughputMonitor' };
    const path = run.path(file);
    let window = { steps: 0, samples: 0, waited: 0, worked: 0 };
    let stepEnded: number | undefined;
    let stepBegan = 0;
    return {
      name: 'throughputMonitor',
      onTrainBegin({ step }) {
        if (step === 0) writeFileSync(path, 'step,samplesPerSecond,secondsPerStep,waitingForData\n');
      },
      onEpochBegin() {
        stepEnded = performance.now();
      },
      onTrainBatchBegin() {
        stepBegan = performance.now();
        window.waited += stepBegan - (stepEnded ?? stepBegan);
      },
      onTrainBatchEnd({ batch }, step) {
        stepEnded = performance.now();
        window.worked += stepEnded - stepBegan;
        window.samples += batch?.size ?? 0;
        if (++window.steps < everySteps) return;
        const seconds = (window.waited + window.worked) / 1000;
        const values = [window.samples / seconds, seconds / window.steps, window.waited / 1000 / seconds];
        appendFileSync(path, `${[step + 1, ...values.map((value) => Number(value.toPrecision(5)))].join(',')}\n`);
        window = { steps: 0, samples: 0, waited: 0, worked: 0 };
      },
    };
  },
});
