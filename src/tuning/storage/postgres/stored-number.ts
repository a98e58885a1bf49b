/** As Optuna's tables keep a number: what is not finite is a word beside an empty field. */
export type StoredNumber = readonly [value: number | null, type: string];

const words: readonly (readonly [number, string])[] = [
  [Number.POSITIVE_INFINITY, 'INF_POS'],
  [Number.NEGATIVE_INFINITY, 'INF_NEG'],
  [Number.NaN, 'NAN'],
];

export function toStored(value: number): StoredNumber {
  const word = words.find(([number]) => Object.is(number, value));
  return word ? [null, word[1]] : [value, 'FINITE'];
}

export function fromStored([value, type]: StoredNumber): number {
  return words.find(([, word]) => word === type)?.[0] ?? (value as number);
}
