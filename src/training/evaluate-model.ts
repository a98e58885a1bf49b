import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Features } from '../data/features.ts';
import { requireSameFeatures } from '../data/require-same-features.ts';
import type { Loss } from '../losses/loss.ts';
import type { Evaluation } from '../metrics/evaluation.ts';
import { evaluationTally } from '../metrics/evaluation-tally.ts';
import type { Metric } from '../metrics/metric.ts';
import type { BatchSource } from './batch-source.ts';
import { Objective } from './objective.ts';
import { type NamedPart, resolveLoss, resolveMetric } from './resolve-parts.ts';
import { RunningLogs } from './running-logs.ts';
import { evaluateStep } from './train-step.ts';

/** What a model is judged by. */
export interface EvaluateOptions {
  readonly loss: Loss | NamedPart;
  /** @default [] */
  readonly metrics?: readonly (Metric | NamedPart)[];
  /** What the model was trained with, as its checkpoint says. @default not compared with the data */
  readonly features?: Features;
}

/**
 * Judges a model. Nothing is changed by it.
 *
 * @throws DlError `shape` where model and data do not fit, `data` where it is prepared in another way than `features`,
 * `config` for a metric that does not fit the task
 */
export async function evaluateModel(
  model: LayersModel,
  loader: BatchSource & { readonly features: Features },
  options: EvaluateOptions,
): Promise<Evaluation> {
  const { loss, metrics = [], features: trained } = options;
  const { features } = loader;
  const objective = new Objective(model, features, resolveLoss(loss));
  if (trained) requireSameFeatures(trained, features);
  const running = new RunningLogs(metrics.map(resolveMetric), features);
  const tally = evaluationTally(features, loader.length);
  for await (const batch of loader.epoch(0)) {
    const result = evaluateStep(objective, batch);
    running.update(batch, result);
    tally.update(batch.targets, result.predictions, batch.size);
  }
  return tally.result(running.result());
}
