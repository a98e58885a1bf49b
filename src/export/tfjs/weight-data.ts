import { roundToHalf } from '../../compression/quantization/round-to-half.ts';
import type { NamedWeight } from '../../packed/model-file.ts';
import { halfBytesOf } from '../../packed/numbers/half.ts';
import { bytesOf } from '../../packed/part-reader.ts';

/** How the numbers of a tfjs model are stored. `uint8` and `uint16`: kernels as whole numbers, `value = number * scale + min` for all of a kernel. */
export type TfjsPrecision = 'float32' | 'float16' | 'uint8' | 'uint16';

/** What model.json says of a weight. */
export interface TfjsWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32';
  readonly quantization?: { readonly dtype: string; readonly original_dtype: 'float32'; readonly scale?: number; readonly min?: number };
}

/** A weight in this precision, with what model.json says of it. Biases and BatchNorm have few numbers and stay float with uint8 and uint16. */
export function weightData(
  name: string,
  { shape, values }: NamedWeight,
  precision: TfjsPrecision,
): { entry: TfjsWeight; bytes: Uint8Array } {
  const entry: TfjsWeight = { name, shape, dtype: 'float32' };
  if (precision === 'float16') {
    const bytes = halfBytesOf(new Uint32Array(roundToHalf(values).buffer));
    if (bytes) return { entry: { ...entry, quantization: { dtype: 'float16', original_dtype: 'float32' } }, bytes };
  }
  const affine = precision === 'uint8' || precision === 'uint16' ? wholeNumbers(shape, values, precision) : undefined;
  if (!affine) return { entry, bytes: bytesOf(values) };
  const { numbers, scale, min } = affine;
  return { entry: { ...entry, quantization: { dtype: precision, original_dtype: 'float32', scale, min } }, bytes: bytesOf(numbers) };
}

/** As tfjs' converter does it: the range is moved so that 0 stays 0. Undefined for what has no matrix, or one value, or none that is finite. */
function wholeNumbers(shape: readonly number[], values: Float32Array, precision: 'uint8' | 'uint16') {
  const { low, high } = rangeOf(values);
  if (shape.length < 2 || !(high > low) || !Number.isFinite(high - low)) return undefined;
  const numbers = precision === 'uint8' ? new Uint8Array(values.length) : new Uint16Array(values.length);
  const largest = precision === 'uint8' ? 255 : 65535;
  const scale = (high - low) / largest;
  const min = low <= 0 && high >= 0 ? -Math.round(-low / scale) * scale : low;
  for (let i = 0; i < numbers.length; i++) numbers[i] = Math.min(largest, Math.max(0, Math.round((values[i] - min) / scale)));
  return { numbers, scale, min };
}

function rangeOf(values: Float32Array): { low: number; high: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, high };
}
