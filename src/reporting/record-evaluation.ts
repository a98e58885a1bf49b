import type { DataLoader } from '../data/data-loader.ts';
import type { Evaluation } from '../metrics/evaluation.ts';
import { writeEvaluationRecord } from '../runs/evaluation-record.ts';
import type { Run } from '../runs/run.ts';

/**
 * Puts an evaluation on the test data into the run's report, with the samples that were most wrong.
 * @param loader what the model was judged on
 */
export async function recordEvaluation(run: Pick<Run<unknown>, 'folder'>, evaluation: Evaluation, loader: DataLoader): Promise<void> {
  await writeEvaluationRecord(run.folder, 'test', evaluation, { findSample: (index) => loader.raw(index) });
}
