import { DlError } from '../../core/errors.ts';

/** Writes numbers of up to 16 bits, the lowest bit first, from the lowest bit of the first byte on. */
export class BitWriter {
  readonly #bytes: Uint8Array;
  #end = 0;
  #buffer = 0;
  #filled = 0;

  /** @param mostBits as many as will be written at most */
  constructor(mostBits: number) {
    this.#bytes = new Uint8Array(Math.ceil(mostBits / 8));
  }

  write(value: number, bits: number): void {
    this.#buffer |= value << this.#filled;
    for (this.#filled += bits; this.#filled >= 8; this.#filled -= 8) {
      this.#bytes[this.#end++] = this.#buffer;
      this.#buffer >>>= 8;
    }
  }

  /** The bytes, the last one filled up with 0. */
  end(): Uint8Array {
    if (this.#filled > 0) this.#bytes[this.#end++] = this.#buffer;
    this.#filled = 0;
    return this.#bytes.slice(0, this.#end);
  }
}

/** Reads what a BitWriter wrote, from bytes that may be hostile. */
export class BitReader {
  readonly bytes: Uint8Array;
  /** The next byte to be taken into the buffer. */
  at = 0;
  /** Bits that were taken and not yet read, the next one lowest. */
  buffer = 0;
  available = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** A number of up to 16 bits. @throws DlError `file` behind the end */
  read(bits: number): number {
    while (this.available < bits) {
      if (this.at === this.bytes.length) throw endsEarly();
      this.buffer |= this.bytes[this.at++] << this.available;
      this.available += 8;
    }
    const value = this.buffer & ((1 << bits) - 1);
    this.buffer >>>= bits;
    this.available -= bits;
    return value;
  }

  /** Goes on at the next whole byte. */
  skipToByte(): void {
    this.read(this.available & 7);
  }

  /** @throws DlError `file` where whole bytes or bits that are not 0 are left */
  end(): void {
    if (this.at < this.bytes.length || this.available > 7 || this.buffer !== 0) throw new DlError('file', 'a part has bits behind its end');
  }
}

/** What a reader throws that needs bits which are not there. */
export function endsEarly(): DlError {
  return new DlError('file', 'a part ends too early');
}
