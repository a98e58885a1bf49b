/** Packs codes of `bits` (1 to 8) bits without gaps: the first code in the lowest bits of the first byte. */
export function packBits(codes: ArrayLike<number>, bits: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((codes.length * bits) / 8));
  for (let i = 0; i < codes.length; i++) {
    const at = i * bits;
    const shifted = codes[i] << (at & 7);
    bytes[at >>> 3] |= shifted;
    if (shifted > 255) bytes[(at >>> 3) + 1] |= shifted >>> 8;
  }
  return bytes;
}

/** Every whole code in `bytes`; the last byte may hold more codes than were packed, all 0. */
export function unpackBits(bytes: Uint8Array, bits: number): Uint8Array {
  const codes = new Uint8Array(Math.floor((bytes.length * 8) / bits));
  const mask = 2 ** bits - 1;
  for (let i = 0; i < codes.length; i++) {
    const at = i * bits;
    const low = at >>> 3;
    codes[i] = ((bytes[low] | ((bytes[low + 1] ?? 0) << 8)) >>> (at & 7)) & mask;
  }
  return codes;
}
