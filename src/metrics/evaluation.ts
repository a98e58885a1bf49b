/** How good a model is on samples it has not learned from. */
export type Evaluation = ClassificationEvaluation | RegressionEvaluation;

export interface ClassificationEvaluation {
  readonly task: 'classification';
  /** `{ loss, accuracy }`, without prefix. */
  readonly logs: Readonly<Record<string, number>>;
  readonly samples: number;
  readonly wrong: number;
  readonly classNames: readonly string[];
  /** `confusion[actual][predicted]` counts samples; class numbers as in `classNames`. */
  readonly confusion: readonly (readonly number[])[];
  /** One entry per class, in the order of `classNames`. */
  readonly perClass: readonly ClassEvaluation[];
  /** The pairs that were mixed up, most often first; equal counts in the order of the classes. */
  readonly mostConfused: readonly ConfusedPair[];
  /** Samples of the wrong class, the least probability for the right one first. */
  readonly mostWrong: readonly WrongClass[];
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

/** A sample that was taken for another class. */
export interface WrongClass {
  /** Which sample of the data, in their order. */
  readonly index: number;
  readonly actual: string;
  readonly predicted: string;
  /** What the model gave the class it named. */
  readonly probability: number;
  /** What it gave the right one. */
  readonly actualProbability: number;
}

export interface RegressionEvaluation {
  readonly task: 'regression';
  /** The loss as it was trained (of scaled targets); metrics in the unit of the target. */
  readonly logs: Readonly<Record<string, number>>;
  readonly samples: number;
  readonly outputNames: readonly string[];
  /** Per output, in the unit of the target. */
  readonly meanAbsoluteErrors: readonly number[];
  /** Samples whose numbers are farthest off, the farthest first. */
  readonly mostWrong: readonly WrongNumber[];
  /** Up to 400 samples from all over the data: what is, and what was predicted; of the first output. */
  readonly pairs: readonly (readonly [actual: number, predicted: number])[];
}

/** A number that is far off, in the unit of the target. */
export interface WrongNumber {
  readonly index: number;
  readonly output: string;
  readonly actual: number;
  readonly predicted: number;
}
