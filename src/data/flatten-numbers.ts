import { DlError } from '../core/errors.ts';

/** Numbers in lists of lists, as deep as the data is: `[[0, 1], [2, 3]]`. */
export type NestedNumbers = ArrayLike<number> | readonly NestedNumbers[];

/**
 * The numbers one after the other, and the shape of the whole.
 * @param what they are, for errors: `inputs`
 * @throws DlError `data` for lists of different lengths, or something that is no finite number, with its place
 */
export function flattenNumbers(numbers: NestedNumbers, what: string): { readonly values: Float32Array; readonly shape: readonly number[] } {
  const shape = shapeOf(numbers);
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  let at = 0;
  const walk = (list: ArrayLike<unknown>, depth: number, path: string) => {
    if (typeof list !== 'object' || list === null || list.length !== shape[depth]) {
      const came = typeof list === 'object' && list !== null ? `has ${list.length} entries` : `is ${String(list)}`;
      throw new DlError('data', `${path} ${came}; those before have ${shape[depth]}.`);
    }
    for (let i = 0; i < list.length; i++) {
      const item = list[i];
      if (depth + 1 < shape.length) walk(item as ArrayLike<unknown>, depth + 1, `${path}[${i}]`);
      else if (typeof item === 'number' && Number.isFinite(item)) values[at++] = item;
      else throw new DlError('data', `${path}[${i}] is ${String(item)}; it must be a number.`);
    }
  };
  walk(numbers, 0, what);
  return { values, shape };
}

function shapeOf(numbers: NestedNumbers): number[] {
  const shape: number[] = [];
  let item: unknown = numbers;
  while (typeof item === 'object' && item !== null && 'length' in item) {
    shape.push((item as ArrayLike<unknown>).length);
    item = (item as ArrayLike<unknown>)[0];
  }
  return shape;
}
