import type { ImportedValue } from './imported-value.ts';

/** The channels of an image or a signal in groups, each with all of its pixels as one row: so PyTorch's GroupNorm brings them before an `InstanceNormalization`. */
export class GroupRows {
  /** What was brought into rows, or that value normalised. */
  readonly value: ImportedValue;
  readonly groups: number;

  constructor(value: ImportedValue, groups: number) {
    this.value = value;
    this.groups = groups;
  }
}
