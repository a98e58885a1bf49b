import { DlError } from '../core/errors.ts';
import { RandomStream } from '../core/random.ts';

/** Positions of a dataset in two parts, each ascending; together they are all positions. */
export interface Split {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
}

/**
 * Holds back `round(length * share)` samples, chosen by `seed`.
 * With `labels` (class numbers) each class gives its share, within one sample; the classes with the largest remainder are rounded up.
 * @param part which split it is: has its own random stream, so that two splits of one dataset are independent
 * @throws DlError `refused` if a share above 0 leaves no sample on either side
 */
export function splitPositions(
  { length, labels }: { readonly length: number; readonly labels?: ArrayLike<number> },
  share: number,
  seed: number,
  part: 'validation' | 'test' = 'validation',
): Split {
  const heldBack = Math.round(length * share);
  if (share > 0 && (heldBack === 0 || heldBack >= length)) {
    const left = `leaves ${length - heldBack} of ${length} samples to train and ${heldBack} for the ${part}`;
    throw new DlError('refused', `data.${part}Split ${share} ${left}: both need at least 1.`);
  }
  const random = new RandomStream(seed, 'split', part);
  const isHeldBack = new Uint8Array(length);
  const groups = labels ? positionsByClass(labels, length) : [Uint32Array.from({ length }, (_, i) => i)];
  const counts = apportion(
    groups.map((group) => group.length),
    heldBack,
  );
  groups.forEach((group, i) => {
    for (const position of random.shuffle(group).subarray(0, counts[i])) isHeldBack[position] = 1;
  });
  const train = new Uint32Array(length - heldBack);
  const validation = new Uint32Array(heldBack);
  for (let i = 0, t = 0, v = 0; i < length; i++) {
    if (isHeldBack[i]) validation[v++] = i;
    else train[t++] = i;
  }
  return { train, validation };
}

export interface FoldOptions {
  /** Each part has the same share of every class. @default true */
  readonly stratified?: boolean;
  /** Deals the samples out in a random order, instead of in theirs. @default true */
  readonly shuffle?: boolean;
}

/**
 * Cuts the positions of a dataset into `folds` parts of nearly equal size, chosen by `seed`: entry i validates on part i and trains on the others.
 * With `labels`, unless `stratified` is false, every part has nearly the same number of samples of each class, as scikit-learn's StratifiedKFold.
 * @throws DlError `config` for fewer than 2 folds, `refused` for fewer samples than folds
 */
export function kFoldPositions(
  { length, labels }: { readonly length: number; readonly labels?: ArrayLike<number> },
  folds: number,
  seed: number,
  { stratified = true, shuffle = true }: FoldOptions = {},
): Split[] {
  if (!Number.isInteger(folds) || folds < 2) throw new DlError('config', `data.folds is ${folds}; it must be a whole number, at least 2.`);
  if (folds > length) throw new DlError('refused', `data.folds ${folds} cuts ${length} samples into more parts than there are samples.`);
  const random = new RandomStream(seed, 'split', 'folds');
  const foldOf = new Uint32Array(length);
  const groups = labels && stratified ? positionsByClass(labels, length) : [Uint32Array.from({ length }, (_, i) => i)];
  let dealt = 0; // goes on from class to class, so that the parts stay equal
  for (const group of groups) for (const position of shuffle ? random.shuffle(group) : group) foldOf[position] = dealt++ % folds;
  const all = Uint32Array.from({ length }, (_, i) => i);
  return Array.from({ length: folds }, (_, fold) => ({
    train: all.filter((position) => foldOf[position] !== fold),
    validation: all.filter((position) => foldOf[position] === fold),
  }));
}

function positionsByClass(labels: ArrayLike<number>, length: number): Uint32Array[] {
  const groups: number[][] = [];
  for (let i = 0; i < length; i++) {
    groups[labels[i]] ??= [];
    groups[labels[i]].push(i);
  }
  return groups.filter(() => true).map((group) => Uint32Array.from(group)); // filter drops the holes of absent classes
}

/** Shares `total` out in proportion to `sizes` by the largest remainders (Hamilton's method); ties go to the lower class. */
function apportion(sizes: readonly number[], total: number): number[] {
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  const exact = sizes.map((size) => (whole === 0 ? 0 : (size * total) / whole));
  const counts = exact.map(Math.floor);
  const byRemainder = sizes.map((_, i) => i).sort((a, b) => exact[b] - counts[b] - (exact[a] - counts[a]) || a - b);
  let left = total - counts.reduce((sum, count) => sum + count, 0);
  for (const i of byRemainder) if (left-- > 0) counts[i]++;
  return counts;
}
