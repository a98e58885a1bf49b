import type { ImportedValue } from './imported-value.ts';

/** A sequence whose steps come before the samples, `[steps, batch, features]`: ONNX' recurrent operators want it so, Keras' layers never. */
export class StepsFirst {
  /** The same with the samples first. */
  readonly sequence: ImportedValue;

  constructor(sequence: ImportedValue) {
    this.sequence = sequence;
  }
}

/** The same from the last step to the first, which only a recurrent layer can read: it goes backwards then. */
export class TurnedSteps {
  /** In its own order, with the samples first. */
  readonly sequence: ImportedValue;

  constructor(sequence: ImportedValue) {
    this.sequence = sequence;
  }
}

/** What a recurrent operator gives of all steps, `[steps, directions, batch, units]`; Keras puts the directions side by side. */
export interface AllSteps {
  readonly kind: 'all';
  readonly steps: number;
  readonly directions: number;
  readonly units: number;
  /** Where the samples are: 2, or 1 after a `Transpose`. */
  readonly batchAxis: 1 | 2;
  /** `[steps, directions * units]` of each sample. */
  sequence(): ImportedValue;
  /** The last step alone. */
  readonly last: LastSteps;
}

/** What a recurrent operator gives in the end, `[directions, batch, units]`. */
export interface LastSteps {
  readonly kind: 'last';
  readonly directions: number;
  readonly units: number;
  /** `[units]` of each sample: what a direction has read everything for. */
  of(direction: number): ImportedValue;
}

/** What is between a recurrent operator and the next layer: values whose axes Keras does not have. */
export type RecurrentValue = StepsFirst | TurnedSteps | AllSteps | LastSteps;

export function isAllSteps(result: object | undefined): result is AllSteps {
  return result !== undefined && 'kind' in result && result.kind === 'all';
}

export function isLastSteps(result: object | undefined): result is LastSteps {
  return result !== undefined && 'kind' in result && result.kind === 'last';
}

/** Its lengths as ONNX has them. @param batch how many samples there are */
export function lengthsOf(value: RecurrentValue, batch: number): number[] {
  if (value instanceof StepsFirst || value instanceof TurnedSteps) {
    const [steps, features] = value.sequence.onnxShape;
    return [steps, batch, features];
  }
  const { directions, units } = value;
  if (value.kind === 'last') return [directions, batch, units];
  return value.batchAxis === 2 ? [value.steps, directions, batch, units] : [value.steps, batch, directions, units];
}
