import type { Features } from '../data/features.ts';

/** What was counted for one class: how often it was right, how often it was answered, how often it was the target. */
export interface ClassCounts {
  readonly right: number;
  readonly predicted: number;
  readonly actual: number;
}

/** Counts which class was answered for which. */
export class ConfusionMatrix {
  /** Two for a single output, which is the probability of class 1. */
  readonly classes: number;
  /** `[actual, predicted]`, row by row. */
  readonly counts: Float64Array;
  /** Samples whose predictions hold a NaN: they have a target, but no answer. */
  unanswered = 0;

  constructor(features: Features) {
    this.classes = Math.max(2, features.outputs);
    this.counts = new Float64Array(this.classes ** 2);
  }

  /** @param predicted -1 for no answer */
  add(actual: number, predicted: number): void {
    if (predicted < 0) this.unanswered++;
    else this.counts[actual * this.classes + predicted]++;
  }

  at(actual: number, predicted: number): number {
    return this.counts[actual * this.classes + predicted];
  }

  /** One entry per class. */
  perClass(): ClassCounts[] {
    const { classes } = this;
    return Array.from({ length: classes }, (_, c) => {
      let predicted = 0;
      let actual = 0;
      for (let other = 0; other < classes; other++) {
        predicted += this.at(other, c);
        actual += this.at(c, other);
      }
      return { right: this.at(c, c), predicted, actual };
    });
  }

  reset(): void {
    this.counts.fill(0);
    this.unanswered = 0;
  }
}

/** The sum of the counts of several classes. */
export function sumCounts(counts: readonly ClassCounts[]): ClassCounts {
  return counts.reduce(
    (sum, { right, predicted, actual }) => ({
      right: sum.right + right,
      predicted: sum.predicted + predicted,
      actual: sum.actual + actual,
    }),
    { right: 0, predicted: 0, actual: 0 },
  );
}
