import type { KeptPositions } from './kept-positions.ts';
import type { NamedWeight, WeightQuantization } from './model-file.ts';
import type { PartReader } from './part-reader.ts';

/** A list of symbols below 2^bits: what an entropy coder writes. Numbers of several bytes are symbols of 8 bits, the lowest byte first. */
export interface Part {
  readonly symbols: Uint8Array;
  /** 1 to 8. */
  readonly bits: number;
}

/** A layout or number format applied to a weight. */
export interface Encoded {
  /** What decoding needs besides the parts: whole numbers from 0. */
  readonly parameters: readonly number[];
  readonly parts: readonly Part[];
}

/** A weight as a list of 32-bit words, in rows. */
export interface Words {
  readonly words: Uint32Array;
  /** The positions of words that are not 0, ascending. */
  readonly nonZero: Uint32Array;
  /** Words per row; the last row is full. */
  readonly rowLength: number;
}

/** Says which positions hold values; all others are 0. */
export interface Layout {
  /** As written in the file: never changes once released. */
  readonly name: string;
  /** Whether it is worth trying along the columns too. */
  readonly alongColumns?: boolean;
  /** Each way it can hold the words; all keep the same positions, undefined means every one. */
  encode(words: Words): readonly (Encoded & { readonly kept: Uint32Array | undefined })[];
  /**
   * The positions of the values, ascending; undefined means all. Checks everything before it allocates: the file may be hostile.
   * @throws DlError `file`
   */
  decode(parts: PartReader, parameters: readonly number[], space: { length: number; rowLength: number }): Uint32Array | undefined;
}

/** What a number format read. */
export interface Decoded {
  /** One 32-bit word per value; a function where they take more memory than the file does: it is called when somebody wants them. */
  readonly words: Uint32Array | (() => Uint32Array);
  readonly quantization?: WeightQuantization;
}

/** Says how the kept values lie. Gives every bit back. */
export interface NumberFormat {
  /** As written in the file: never changes once released. */
  readonly name: string;
  /** Gives `NamedWeight.quantization` back: where it fits, it is taken whatever the size. @default false */
  readonly keepsQuantization?: boolean;
  /** Each way it can hold the words; none where it cannot. @param words those of the kept values */
  encode(words: Uint32Array, kept: KeptPositions, weight: NamedWeight): readonly Encoded[];
  /** @throws DlError `file` */
  decode(parts: PartReader, parameters: readonly number[], kept: KeptPositions): Decoded;
}

/** Turns symbols into bytes. */
export interface EntropyCoder {
  /** As written in the file: never changes once released. */
  readonly name: string;
  /** Costs several nanoseconds a symbol to read; `optimizeFor: 'speed'` does without. @default false */
  readonly slow?: boolean;
  /** Tried only on what the other coders make smallest. @default false */
  readonly writesSlowly?: boolean;
  /** Undefined where it cannot write here. @param part at least one symbol */
  encode(part: Part): Uint8Array | undefined;
  /** Exactly `count` symbols, at least one. Allocates nothing that `bytes` cannot stand for. @throws DlError `file` */
  decode(bytes: Uint8Array, bits: number, count: number): Uint8Array;
}

/**
 * What a file may use: a weight is stored in one layout and one number format, each of their parts by one coder. Techniques bring
 * those that suit what they do. Every one must be listed in stored-forms.ts, or it cannot be read back.
 */
export interface StoredForms {
  readonly layouts?: readonly Layout[];
  readonly numbers?: readonly NumberFormat[];
  readonly coders?: readonly EntropyCoder[];
}
