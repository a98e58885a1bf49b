import type { ImportedValue } from './imported-value.ts';

/** The channels of an image as `[groups, channels / groups]`, or turned round: between the reshapes of a shuffle, where Keras has no axes for it. */
export class ChannelGroups {
  readonly image: ImportedValue;
  readonly groups: number;
  readonly isTurned: boolean;

  constructor(image: ImportedValue, groups: number, isTurned = false) {
    this.image = image;
    this.groups = groups;
    this.isTurned = isTurned;
  }
}
