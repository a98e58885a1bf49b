import { DlError } from '../../core/errors.ts';
import type { KeptPositions } from '../kept-positions.ts';

/** Values that are each one of a few levels, the same for the whole weight or different for each channel. */
export interface ChannelLevels {
  /** Undefined: the same for the whole weight. */
  readonly axis: number | undefined;
  /** `[channels, count]`: the words to choose from. */
  readonly levels: Uint32Array;
  /** For each value its level. */
  readonly codes: Uint8Array;
}

/**
 * Words as levels: of the whole weight, of the channels of its last axis, and in a kernel of four axes of the one before (depthwise).
 * Without those where a channel has more than `count` different words.
 *
 * @param first level 0 of every channel; undefined where that is free too
 */
export function channelLevels(words: Uint32Array, kept: KeptPositions, count: number, first?: number): ChannelLevels[] {
  const rank = kept.shape.length;
  const axes = [undefined, ...(rank > 1 ? [rank - 1] : []), ...(rank === 4 ? [rank - 2] : [])];
  return axes.flatMap((axis) => levelsAlong(axis, words, kept, count, first) ?? []);
}

function levelsAlong(axis: number | undefined, words: Uint32Array, kept: KeptPositions, count: number, first: number | undefined) {
  const channels = axis === undefined ? undefined : kept.indexAlong(axis);
  const channelCount = axis === undefined ? 1 : kept.shape[axis];
  const levels = new Uint32Array(channelCount * count).fill(first ?? 0);
  const known = new Uint8Array(channelCount).fill(first === undefined ? 0 : 1);
  const codes = new Uint8Array(words.length);
  for (let i = 0; i < words.length; i++) {
    const channel = channels ? channels[i] : 0;
    let code = 0;
    while (code < known[channel] && levels[channel * count + code] !== words[i]) code++;
    if (code === count) return undefined;
    if (code === known[channel]) {
      levels[channel * count + code] = words[i];
      known[channel]++;
    }
    codes[i] = code;
  }
  return { axis, levels, codes };
}

/** How many channels a parameter stands for. @param axis absent: 1 @throws DlError `file` */
export function channelCountOf(axis: number | undefined, { shape }: KeptPositions): number {
  if (axis === undefined) return 1;
  if (!(axis < shape.length)) throw new DlError('file', `it has levels along axis ${axis}, but ${shape.length} axes`);
  return shape[axis];
}

/** The words that the codes choose. @param codes below `count`  @param levels `[channels, count]` */
export function chosenWords(codes: Uint8Array, levels: Uint32Array, count: number, axis: number | undefined, kept: KeptPositions) {
  const channels = axis === undefined ? undefined : kept.indexAlong(axis);
  const words = new Uint32Array(kept.count);
  for (let i = 0; i < words.length; i++) words[i] = levels[(channels ? channels[i] * count : 0) + codes[i]];
  return words;
}
