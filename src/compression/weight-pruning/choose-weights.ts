import type { Competition, Scores } from '../importance/importance.ts';
import { markLargest } from './magnitude.ts';
import type { PrunableWeight } from './prunable-weights.ts';

/**
 * Blocks of `[inputs, outputs]` of a kernel: neighbours along its last two axes. A block never reaches over the places of a
 * convolution's window; where a kernel is no whole number of blocks, the last ones are smaller.
 */
export type BlockSize = readonly [inputs: number, outputs: number];

/** How many blocks a kernel is cut into. */
export function countBlocks({ variable }: Pick<PrunableWeight, 'variable'>, blockSize: BlockSize): number {
  return blocksOf(variable.shape, blockSize).count;
}

/**
 * Marks with 1 what stays of kernels that compete: the blocks of the highest mean score.
 * @param left how many blocks stay; single weights are blocks of `[1, 1]`
 */
export function markBest({ kernels, left }: Competition, scores: Scores, blockSize: BlockSize): Scores {
  const blocks = kernels.map(({ variable }) => blocksOf(variable.shape, blockSize));
  const means = kernels.map(({ name }, k) => meansOf(scores.get(name) as Float32Array, blocks[k]));
  const marks = markLargest(means, left);
  return new Map(kernels.map(({ name }, k) => [name, Float32Array.from(blocks[k].blockOf, (block) => marks[k][block])]));
}

/** Marks with 1 what stays if `zeros` of every `group` neighbouring inputs of an output become 0. */
export function markPattern({ variable }: PrunableWeight, scores: Float32Array, [zeros, group]: readonly [number, number]): Float32Array {
  const { blockOf, count } = blocksOf(variable.shape, [group, 1]);
  const members = Array.from({ length: count }, (): number[] => []);
  blockOf.forEach((block, i) => void members[block].push(i));
  const marks = new Float32Array(scores.length);
  for (const places of members) {
    const best = places.sort((a, b) => scores[b] - scores[a] || a - b).slice(0, group - zeros);
    for (const place of best) marks[place] = 1;
  }
  return marks;
}

/** Marks with 1 the values beyond `quality` standard deviations; of the deviation of what is not 0 already. */
export function markBeyond(values: Float32Array, quality: number): Float32Array {
  const alive = values.filter((value) => value !== 0);
  const mean = alive.reduce((sum, value) => sum + value, 0) / alive.length;
  const variance = alive.reduce((sum, value) => sum + (value - mean) ** 2, 0) / alive.length;
  const threshold = quality * Math.sqrt(variance);
  return values.map((value) => (Math.abs(value) > threshold ? 1 : 0));
}

interface Blocks {
  readonly count: number;
  /** The number of the block of each value. */
  readonly blockOf: Uint32Array;
}

function blocksOf(shape: readonly number[], [height, width]: BlockSize): Blocks {
  const [inputs, outputs] = shape.slice(-2);
  const [down, across] = [Math.ceil(inputs / height), Math.ceil(outputs / width)];
  const places = shape.slice(0, -2).reduce((a, b) => a * b, 1);
  const blockOf = new Uint32Array(places * inputs * outputs);
  for (let row = 0, at = 0; row < places * inputs; row++) {
    const first = (Math.floor(row / inputs) * down + Math.floor((row % inputs) / height)) * across;
    for (let output = 0; output < outputs; output++) blockOf[at++] = first + Math.floor(output / width);
  }
  return { count: places * down * across, blockOf };
}

function meansOf(scores: Float32Array, { count, blockOf }: Blocks): Float32Array {
  if (count === scores.length) return scores;
  const sums = new Float64Array(count);
  const sizes = new Uint32Array(count);
  scores.forEach((score, i) => {
    sums[blockOf[i]] += score;
    sizes[blockOf[i]]++;
  });
  return Float32Array.from(sums, (sum, block) => sum / sizes[block]);
}
