import type { Features } from '../data/features.ts';
import { classOf } from './class-of.ts';
import { ConfusionMatrix } from './confusion-matrix.ts';
import type { Evaluation, WrongClass, WrongNumber } from './evaluation.ts';
import { f1ScoreOf } from './f1-score.ts';
import { precisionOf } from './precision.ts';
import { recallOf } from './recall.ts';
import { Worst } from './worst.ts';

/** The most samples that `mostWrong` lists. */
const wrongSamples = 24;
/** The most pairs of a regression that are kept to be drawn. */
const drawnPairs = 400;

/** Counts, batch by batch, what an evaluation tells beside loss and metrics. */
export interface EvaluationTally {
  /** Samples seen. */
  readonly samples: number;
  /** @param targets as in a batch  @param predictions `[size, outputs]` */
  update(targets: ArrayLike<number>, predictions: Float32Array, size: number): void;
  /** @param logs loss and metrics over the same samples, without prefix */
  result(logs: Readonly<Record<string, number>>): Evaluation;
}

/** @param length samples that will come, as far as that is known; for choosing those that are drawn */
export function evaluationTally(features: Features, length: number): EvaluationTally {
  return features.task === 'classification' ? new ConfusionTally(features) : new ErrorTally(features, length);
}

class ConfusionTally implements EvaluationTally {
  samples = 0;
  readonly #features: Features;
  readonly #matrix: ConfusionMatrix;
  #wrong = 0;
  readonly #worst = new Worst<WrongClass>(wrongSamples);

  constructor(features: Features) {
    this.#features = features;
    this.#matrix = new ConfusionMatrix(features);
  }

  update(targets: ArrayLike<number>, predictions: Float32Array, size: number): void {
    const { outputs, outputNames } = this.#features;
    const probabilityOf = (sample: number, name: number) =>
      outputs > 1 ? predictions[sample * outputs + name] : name === 1 ? predictions[sample] : 1 - predictions[sample];
    for (let i = 0; i < size; i++) {
      const [actual, predicted] = [targets[i], classOf(predictions, i, outputs)];
      const index = this.samples + i;
      this.#matrix.add(actual, predicted);
      if (actual === predicted) continue;
      this.#wrong++;
      if (predicted < 0) continue; // no answer: a prediction that is no number
      const actualProbability = probabilityOf(i, actual);
      this.#worst.offer(-actualProbability, () => ({
        index,
        actual: outputNames[actual],
        predicted: outputNames[predicted],
        probability: probabilityOf(i, predicted),
        actualProbability,
      }));
    }
    this.samples += size;
  }

  result(logs: Readonly<Record<string, number>>): Evaluation {
    const { outputNames: classNames } = this.#features;
    const confusion = classNames.map((_, actual) => classNames.map((_, predicted) => this.#matrix.at(actual, predicted)));
    const pairs = confusion.flatMap((row, actual) => row.map((count, predicted) => ({ actual, predicted, count })));
    const mistakes = pairs.filter(({ actual, predicted, count }) => actual !== predicted && count > 0);
    return {
      task: 'classification',
      logs,
      samples: this.samples,
      wrong: this.#wrong,
      classNames,
      confusion,
      perClass: this.#matrix.perClass().map((counts, index) => ({
        name: classNames[index],
        samples: counts.actual,
        precision: precisionOf(counts),
        recall: recallOf(counts),
        f1Score: f1ScoreOf(counts),
      })),
      mostConfused: mistakes
        .sort((a, b) => b.count - a.count)
        .map(({ actual, predicted, count }) => ({ actual: classNames[actual], predicted: classNames[predicted], count })),
      mostWrong: this.#worst.items,
    };
  }
}

class ErrorTally implements EvaluationTally {
  samples = 0;
  readonly #features: Features;
  readonly #sums: Float64Array;
  readonly #pairs: [number, number][] = [];
  readonly #everyPair: number;
  readonly #worst = new Worst<WrongNumber>(wrongSamples);

  constructor(features: Features, length: number) {
    this.#features = features;
    this.#sums = new Float64Array(features.outputs);
    this.#everyPair = Math.max(1, Math.ceil(length / drawnPairs));
  }

  update(targets: ArrayLike<number>, predictions: Float32Array, size: number): void {
    const { outputs, outputNames, targetScaling: { mean, deviation } = { mean: 0, deviation: 1 } } = this.#features;
    for (let i = 0; i < size * outputs; i++) {
      const index = this.samples + Math.floor(i / outputs);
      const output = i % outputs;
      const [actual, predicted] = [targets[i] * deviation + mean, predictions[i] * deviation + mean];
      const error = Math.abs(targets[i] - predictions[i]);
      this.#sums[output] += error;
      this.#worst.offer(error, () => ({ index, output: outputNames[output], actual, predicted }));
      if (output === 0 && index % this.#everyPair === 0 && this.#pairs.length < drawnPairs) this.#pairs.push([actual, predicted]);
    }
    this.samples += size;
  }

  result(logs: Readonly<Record<string, number>>): Evaluation {
    const unit = this.#features.targetScaling?.deviation ?? 1;
    return {
      task: 'regression',
      logs,
      samples: this.samples,
      outputNames: this.#features.outputNames,
      meanAbsoluteErrors: Array.from(this.#sums, (sum) => (sum / this.samples) * unit),
      mostWrong: this.#worst.items,
      pairs: this.#pairs,
    };
  }
}
