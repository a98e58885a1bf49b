import { DlError } from '../core/errors.ts';
import type { EntropyCoder } from './stored-form.ts';

/** How a part lies in a tensor. */
export interface StoredPart {
  readonly coder: EntropyCoder;
  readonly sizeBytes: number;
}

/** Reads the parts of a weight one after the other: those of its layout, then those of its number format. */
export class PartReader {
  readonly #bytes: Uint8Array;
  readonly #parts: readonly StoredPart[];
  #next = 0;
  #at = 0;

  /** @throws DlError `file` where the parts do not fill the bytes */
  constructor(bytes: Uint8Array, parts: readonly StoredPart[]) {
    const claimed = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
    if (claimed !== bytes.length) throw new DlError('file', `its parts have ${claimed} bytes, its tensor ${bytes.length}`);
    this.#bytes = bytes;
    this.#parts = parts;
  }

  /** The symbols of the next part. @throws DlError `file` where it holds another number of them */
  symbols(count: number, bits: number): Uint8Array {
    const part = this.#parts[this.#next++];
    if (!part) throw new DlError('file', `it has only ${this.#parts.length} parts`);
    const bytes = this.#bytes.subarray(this.#at, this.#at + part.sizeBytes);
    this.#at += part.sizeBytes;
    if (count > 0) return part.coder.decode(bytes, bits, count);
    if (bytes.length > 0) throw new DlError('file', `its part ${this.#next} has ${bytes.length} bytes for nothing`);
    return bytes;
  }

  /** The next part as words of 32 bits. */
  words(count: number): Uint32Array {
    return wordsIn(this.symbols(4 * count, 8));
  }

  /** @throws DlError `file` where a part was not read */
  end(): void {
    if (this.#next < this.#parts.length) throw new DlError('file', `it has ${this.#parts.length} parts, ${this.#next} are expected`);
  }
}

/** Little-endian words: a view where the bytes are aligned, else a copy. */
export function wordsIn(bytes: Uint8Array): Uint32Array {
  const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint32Array(buffer, byteOffset, length / 4);
}

/** The bytes of typed values, sharing their memory. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

export function joinedBytes(chunks: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    result.set(chunk, at);
    at += chunk.length;
  }
  return result;
}
