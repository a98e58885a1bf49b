import { DlError } from '../../core/errors.ts';
import type { WeightQuantization } from '../model-file.ts';
import { bytesOf } from '../part-reader.ts';
import type { NumberFormat } from '../stored-form.ts';

/** Quantized weights as whole numbers of 8 bits, -127 to 127, and their scales. */
export const int8Format = wholeNumberFormat('int8', 8);

/** Quantized weights as whole numbers of 4 bits, -7 to 7, and their scales. */
export const int4Format = wholeNumberFormat('int4', 4);

/** Takes weights with `quantization` of that many bits whose numbers times scales give every value back to the bit. */
function wholeNumberFormat(name: string, bits: WeightQuantization['bits']): NumberFormat {
  const largest = 2 ** (bits - 1) - 1;
  return {
    name,
    keepsQuantization: true,
    encode: (words, kept, { quantization }) => {
      if (quantization?.bits !== bits) return [];
      const { scales, axis } = quantization;
      if (scales.length !== 1 && scales.length !== kept.shape[axis]) return [];
      const channels = scales.length === 1 ? undefined : kept.indexAlong(axis);
      const values = new Float32Array(words.buffer, words.byteOffset, words.length);
      const symbols = new Uint8Array(words.length);
      for (let i = 0; i < symbols.length; i++) {
        const scale = scales[channels ? channels[i] : 0];
        const number = Math.round(values[i] / scale) || 0;
        const given = Math.fround(number * scale);
        if (!(Math.abs(number) <= largest && given === values[i] && Object.is(given, values[i]))) return [];
        symbols[i] = number + largest;
      }
      const parts = [
        { symbols: bytesOf(scales), bits: 8 },
        { symbols, bits },
      ];
      return [{ parameters: [scales.length, axis], parts }];
    },
    decode: (parts, [scaleCount, axis], kept) => {
      if (!(axis < Math.max(1, kept.shape.length)) || (scaleCount !== 1 && scaleCount !== kept.shape[axis])) {
        throw new DlError('file', `it has ${scaleCount} scales along axis ${axis}`);
      }
      const scales = new Float32Array(parts.words(scaleCount).slice().buffer);
      const symbols = parts.symbols(kept.count, bits);
      // The one symbol that stands for no number.
      if (symbols.includes(2 * largest + 1)) throw new DlError('file', `it has the number ${largest + 1}; the largest is ${largest}`);
      const words = () => scaledNumbers(symbols, largest, scales, scaleCount === 1 ? undefined : kept.indexAlong(axis));
      return { words, quantization: { bits, scales, axis } };
    },
  };
}

/** The values, as words. @param channels for each symbol the number of its scale. @default the first one for all */
function scaledNumbers(symbols: Uint8Array, largest: number, scales: Float32Array, channels: Uint32Array | undefined): Uint32Array {
  const values = new Float32Array(symbols.length);
  if (channels) for (let i = 0; i < values.length; i++) values[i] = (symbols[i] - largest) * scales[channels[i]];
  else for (let i = 0; i < values.length; i++) values[i] = (symbols[i] - largest) * scales[0];
  return new Uint32Array(values.buffer);
}
