import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Logs } from '../callbacks/callback.ts';
import type { Batch } from '../data/dataset.ts';
import type { Features } from '../data/features.ts';
import { requireSameFeatures } from '../data/require-same-features.ts';
import type { Loss } from '../losses/loss.ts';
import { classOf } from '../metrics/class-of.ts';
import { ConfusionMatrix } from '../metrics/confusion-matrix.ts';
import { f1ScoreOf } from '../metrics/f1-score.ts';
import type { Metric } from '../metrics/metric.ts';
import { precisionOf } from '../metrics/precision.ts';
import { recallOf } from '../metrics/recall.ts';
import type { BatchSource } from './batch-source.ts';
import { Objective } from './objective.ts';
import { type NamedPart, resolveLoss, resolveMetric } from './resolve-parts.ts';
import { RunningLogs } from './running-logs.ts';
import { evaluateStep } from './train-step.ts';

/** How good a model is on samples it has not learned from. */
export type Evaluation = ClassificationEvaluation | RegressionEvaluation;

export interface ClassificationEvaluation {
  readonly task: 'classification';
  /** `{ loss, accuracy }`, without prefix. */
  readonly logs: Logs;
  readonly samples: number;
  readonly wrong: number;
  readonly classNames: readonly string[];
  /** `confusion[actual][predicted]` counts samples; class numbers as in `classNames`. */
  readonly confusion: readonly (readonly number[])[];
  /** One entry per class, in the order of `classNames`. */
  readonly perClass: readonly ClassEvaluation[];
  /** The pairs that were mixed up, most often first; equal counts in the order of the classes. */
  readonly mostConfused: readonly ConfusedPair[];
}

/** How good a model is at one class; a score without any case is 0, as scikit-learn has it. */
export interface ClassEvaluation {
  readonly name: string;
  /** That are of the class. */
  readonly samples: number;
  /** How often an answer of this class is right. */
  readonly precision: number;
  /** How many samples of this class are found. */
  readonly recall: number;
  /** The harmonic mean of both. */
  readonly f1Score: number;
}

/** `4 read as 9 (6 times)`. */
export interface ConfusedPair {
  readonly actual: string;
  readonly predicted: string;
  readonly count: number;
}

export interface RegressionEvaluation {
  readonly task: 'regression';
  /** The loss as it was trained (of scaled targets); metrics in the unit of the target. */
  readonly logs: Logs;
  readonly samples: number;
  readonly outputNames: readonly string[];
  /** Per output, in the unit of the target. */
  readonly meanAbsoluteErrors: readonly number[];
}

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
  const tally = features.task === 'classification' ? new ConfusionTally(features) : new ErrorTally(features);
  for await (const batch of loader.epoch(0)) {
    const result = evaluateStep(objective, batch);
    running.update(batch, result);
    tally.update(batch, result.predictions);
  }
  return { logs: running.result(), samples: running.samples, ...tally.result() };
}

class ConfusionTally {
  readonly #features: Features;
  readonly #matrix: ConfusionMatrix;
  #wrong = 0;

  constructor(features: Features) {
    this.#features = features;
    this.#matrix = new ConfusionMatrix(features);
  }

  update({ targets, size }: Batch, predictions: Float32Array): void {
    for (let i = 0; i < size; i++) {
      const answer = classOf(predictions, i, this.#features.outputs);
      this.#matrix.add(targets[i], answer);
      if (answer !== targets[i]) this.#wrong++;
    }
  }

  result() {
    const { outputNames: classNames } = this.#features;
    const confusion = classNames.map((_, actual) => classNames.map((_, predicted) => this.#matrix.at(actual, predicted)));
    const pairs = confusion.flatMap((row, actual) => row.map((count, predicted) => ({ actual, predicted, count })));
    const mistakes = pairs.filter(({ actual, predicted, count }) => actual !== predicted && count > 0);
    return {
      task: 'classification' as const,
      wrong: this.#wrong,
      classNames,
      confusion,
      perClass: this.#matrix.perClass().map((counts, c) => ({
        name: classNames[c],
        samples: counts.actual,
        precision: precisionOf(counts),
        recall: recallOf(counts),
        f1Score: f1ScoreOf(counts),
      })),
      mostConfused: mistakes
        .sort((a, b) => b.count - a.count)
        .map(({ actual, predicted, count }) => ({ actual: classNames[actual], predicted: classNames[predicted], count })),
    };
  }
}

class ErrorTally {
  readonly #features: Features;
  readonly #sums: Float64Array;
  #samples = 0;

  constructor(features: Features) {
    this.#features = features;
    this.#sums = new Float64Array(features.outputs);
  }

  update({ targets, size }: Batch, predictions: Float32Array): void {
    const { outputs } = this.#features;
    for (let i = 0; i < size * outputs; i++) this.#sums[i % outputs] += Math.abs(targets[i] - predictions[i]);
    this.#samples += size;
  }

  result() {
    const unit = this.#features.targetScaling?.deviation ?? 1;
    return {
      task: 'regression' as const,
      outputNames: this.#features.outputNames,
      meanAbsoluteErrors: Array.from(this.#sums, (sum) => (sum / this.#samples) * unit),
    };
  }
}
