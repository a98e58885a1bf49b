import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Features } from '../../../../src/data/features.ts';
import { type EvaluationTally, evaluationTally } from '../../../../src/metrics/evaluation-tally.ts';
import { createRun } from '../../../../src/runs/create-run.ts';
import { writeEvaluationRecord } from '../../../../src/runs/evaluation-record.ts';
import { testConfig } from '../../runs/test-config.ts';

/** A run's folder as a training of `epochs` epochs leaves it; `DL_KEEP` names a folder that is not removed, to look at. */
export function finishedRun(epochs: number, { value = (epoch: number) => 1 / epoch, config = {} } = {}) {
  const keep = process.env.DL_KEEP;
  const root = keep ? mkdtempSync(join(keep, 'report-')) : mkdtempSync(join(tmpdir(), 'dl-project-'));
  if (!keep) onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const callbacks = { ...testConfig.callbacks, csvLogger: { file: 'log.csv' } };
  const { run, end } = createRun({ root, config: { ...testConfig, callbacks, ...config } });
  const log = run.path('log.csv');
  writeFileSync(log, 'epoch,loss,accuracy,val_loss,val_accuracy,learningRate,samplesPerSecond,seconds\n');
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const loss = value(epoch);
    appendFileSync(log, `${[epoch, loss, 1 - loss / 2, loss * 1.1, 1 - loss / 1.8, 0.001, 2000, 5].join(',')}\n`);
  }
  run.record({ bestEpoch: Math.max(0, epochs - 2) });
  return { run, end };
}

/** Features of small grey pictures of these classes. */
export function pictureFeatures(classNames: readonly string[]): Features {
  return {
    task: 'classification',
    inputShape: [8, 8, 1],
    outputs: classNames.length,
    outputNames: classNames,
    preprocessing: { kind: 'scale', scale: 1 / 255, offset: 0 },
  };
}

/** Judges `samples` samples of which every seventh is taken for the next class, and puts that into the run. */
export async function judge(folder: string, features: Features, samples: number, part: 'validation' | 'test' = 'validation') {
  const { outputs } = features;
  const tally: EvaluationTally = evaluationTally(features, samples);
  for (let i = 0; i < samples; i++) {
    const predictions = new Float32Array(outputs).fill(0.1 / outputs);
    predictions[i % 7 === 6 ? (i + 1) % outputs : i % outputs] = 0.9;
    tally.update(Int32Array.of(i % outputs), predictions, 1);
  }
  const pixels = Uint8Array.from({ length: 64 }, (_, i) => i * 4);
  await writeEvaluationRecord(folder, part, tally.result({ loss: 0.5, accuracy: 6 / 7 }), {
    epoch: 1,
    findSample: () => ({ kind: 'image', shape: [8, 8, 1], pixels }),
  });
}
