/** Packs symbols of `bits` (1 to 8) bits without gaps: the first one in the lowest bits of the first byte. */
export function packBits(symbols: ArrayLike<number>, bits: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((symbols.length * bits) / 8));
  for (let i = 0; i < symbols.length; i++) {
    const at = i * bits;
    const shifted = symbols[i] << (at & 7);
    bytes[at >>> 3] |= shifted;
    if (shifted > 255) bytes[(at >>> 3) + 1] |= shifted >>> 8;
  }
  return bytes;
}

/** The first `count` symbols in `bytes`. @param count at most what the bytes hold */
export function unpackBits(bytes: Uint8Array, bits: number, count = Math.floor((bytes.length * 8) / bits)): Uint8Array {
  if (bits === 8) return bytes.subarray(0, count);
  const symbols = new Uint8Array(count);
  const mask = 2 ** bits - 1;
  for (let i = 0, at = 0; i < count; i++, at += bits) {
    const low = at >>> 3;
    // Behind the end is undefined, which counts as 0.
    symbols[i] = ((bytes[low] | (bytes[low + 1] << 8)) >>> (at & 7)) & mask;
  }
  return symbols;
}

/** One bit per position: 1 where it is listed. @param positions ascending, below `length` */
export function bitmapOf(positions: ArrayLike<number>, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(length / 8));
  for (let i = 0; i < positions.length; i++) bytes[positions[i] >>> 3] |= 1 << (positions[i] & 7);
  return bytes;
}

/** The positions that a bitmap marks, ascending. */
export function markedIn(bitmap: Uint8Array): Uint32Array {
  let count = 0;
  for (let i = 0; i < bitmap.length; i++) {
    for (let rest = bitmap[i]; rest !== 0; rest &= rest - 1) count++;
  }
  const positions = new Uint32Array(count);
  for (let i = 0, next = 0; i < bitmap.length; i++) {
    for (let rest = bitmap[i]; rest !== 0; rest &= rest - 1) positions[next++] = i * 8 + (31 - Math.clz32(rest & -rest));
  }
  return positions;
}
