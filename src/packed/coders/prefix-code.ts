import { DlError } from '../../core/errors.ts';
import { type BitReader, endsEarly } from './bit-stream.ts';

/** No code is longer. */
const maxCodeLength = 15;

interface Package {
  readonly weight: number;
  /** One symbol, or two packages. */
  readonly symbol?: number;
  readonly pair?: readonly [Package, Package];
}

/**
 * Lengths of the best prefix code of at most 15 bits; 0 for symbols that do not occur, 1 for one that is alone.
 * Package-merge (Larmore and Hirschberg, 1990).
 *
 * @param counts how often each symbol occurs
 */
export function codeLengths(counts: ArrayLike<number>): Uint8Array {
  const lengths = new Uint8Array(counts.length);
  const leaves: Package[] = [];
  for (let symbol = 0; symbol < counts.length; symbol++) if (counts[symbol] > 0) leaves.push({ weight: counts[symbol], symbol });
  leaves.sort((a, b) => a.weight - b.weight);
  if (leaves.length === 1) lengths[leaves[0].symbol as number] = 1;
  if (leaves.length < 2) return lengths;
  let packages: Package[] = [];
  for (let level = 0; level < maxCodeLength; level++) {
    const merged = level === 0 ? leaves : [...leaves, ...packages].sort((a, b) => a.weight - b.weight);
    packages = [];
    for (let i = 0; i + 1 < merged.length; i += 2) {
      packages.push({ weight: merged[i].weight + merged[i + 1].weight, pair: [merged[i], merged[i + 1]] });
    }
  }
  for (const chosen of packages.slice(0, leaves.length - 1)) countSymbols(chosen, lengths);
  return lengths;
}

function countSymbols({ symbol, pair }: Package, lengths: Uint8Array): void {
  if (symbol !== undefined) lengths[symbol]++;
  for (const inner of pair ?? []) countSymbols(inner, lengths);
}

/**
 * The canonical code of these lengths, as in RFC 1951, 3.2.2: shorter codes first, equal lengths by symbol.
 * A code is sent beginning with its highest bit; here its bits are reversed, so that it can be written as a number.
 */
export function canonicalCodes(lengths: Uint8Array): Uint16Array {
  const counts = new Uint16Array(maxCodeLength + 1);
  for (const length of lengths) counts[length]++;
  const next = new Uint16Array(maxCodeLength + 1);
  for (let length = 2; length <= maxCodeLength; length++) next[length] = (next[length - 1] + counts[length - 1]) << 1;
  return Uint16Array.from(lengths, (length) => (length === 0 ? 0 : reversed(next[length]++, length)));
}

function reversed(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit++) result |= ((code >>> bit) & 1) << (length - 1 - bit);
  return result;
}

/** Finds the symbol whose code the next bits begin with. */
export interface DecodingTable {
  /** As many bits are looked at. */
  readonly bits: number;
  /** By these bits: symbol * 16 + length of its code; 0 where no code begins so. */
  readonly entries: Uint16Array;
}

/**
 * @throws DlError `file` where the lengths are those of no code: too many codes, or bits that mean nothing; only a symbol that is
 * alone may leave the half of them unused
 */
export function decodingTable(lengths: Uint8Array): DecodingTable {
  const bits = Math.max(1, ...lengths);
  const size = 2 ** bits;
  let filled = 0;
  let used = 0;
  for (const length of lengths) {
    if (length === 0) continue;
    filled += size >>> length;
    used++;
  }
  const isAlone = used === 1 && bits === 1;
  if (filled !== size && !isAlone) throw new DlError('file', `its code lengths fill ${filled} of ${size} codes`);
  const entries = new Uint16Array(size);
  const codes = canonicalCodes(lengths);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol];
    if (length === 0) continue;
    for (let at = codes[symbol]; at < size; at += 2 ** length) entries[at] = symbol * 16 + length;
  }
  return { bits, entries };
}

/** The next symbol. @throws DlError `file` behind the end, or where no code begins with the next bits */
export function readSymbol(reader: BitReader, { bits, entries }: DecodingTable): number {
  while (reader.available < bits && reader.at < reader.bytes.length) {
    reader.buffer |= reader.bytes[reader.at++] << reader.available;
    reader.available += 8;
  }
  const entry = entries[reader.buffer & (entries.length - 1)];
  const length = entry & 15;
  if (length === 0) throw new DlError('file', 'a part has bits that are no code');
  if (length > reader.available) throw endsEarly();
  reader.buffer >>>= length;
  reader.available -= length;
  return entry >>> 4;
}
