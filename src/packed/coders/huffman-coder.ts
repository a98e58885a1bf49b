import { DlError } from '../../core/errors.ts';
import type { EntropyCoder } from '../stored-form.ts';
import { BitReader, BitWriter, endsEarly } from './bit-stream.ts';
import { canonicalCodes, codeLengths, type DecodingTable, decodingTable } from './prefix-code.ts';

/** Of 256 lengths, each written out. */
const mostTableBits = 20 + 255 * 7;

/**
 * Canonical Huffman code (Huffman, 1952): frequent symbols take fewer bits. In front of the codes lie only their lengths, each as
 * the difference to the one before: lengths of neighbours are alike, so that one takes 1 to 2 bits.
 */
export const huffmanCoder: EntropyCoder = {
  name: 'huffman',
  slow: true,
  encode: ({ symbols }) => {
    const counts = new Uint32Array(256);
    for (let i = 0; i < symbols.length; i++) counts[symbols[i]]++;
    const lengths = codeLengths(counts);
    const codes = canonicalCodes(lengths);
    const codeBits = counts.reduce((sum, count, symbol) => sum + count * lengths[symbol], 0);
    const writer = new BitWriter(codeBits + mostTableBits);
    writeLengths(writer, lengths);
    for (let i = 0; i < symbols.length; i++) writer.write(codes[symbols[i]], lengths[symbols[i]]);
    return writer.end();
  },
  decode: (bytes, bits, count) => {
    if (count > 8 * bytes.length) throw new DlError('file', `a part has ${bytes.length} bytes for ${count} codes`);
    const reader = new BitReader(bytes);
    const table = decodingTable(readLengths(reader, 2 ** bits));
    const symbols = new Uint8Array(count);
    readSymbols(reader, table, symbols);
    reader.end();
    return symbols;
  },
};

/** As many symbols as `result` has room for; `readSymbol` for each, in one loop over local variables. */
function readSymbols(reader: BitReader, { bits, entries }: DecodingTable, result: Uint8Array): void {
  const { bytes } = reader;
  const mask = entries.length - 1;
  let { at, buffer, available } = reader;
  for (let i = 0; i < result.length; i++) {
    while (available < bits && at < bytes.length) {
      buffer |= bytes[at++] << available;
      available += 8;
    }
    const entry = entries[buffer & mask];
    const length = entry & 15;
    if (length === 0 || length > available) throw endsEarly();
    buffer >>>= length;
    available -= length;
    result[i] = entry >>> 4;
  }
  Object.assign(reader, { at, buffer, available });
}

/** The first and the last symbol that occur, the length of the first code, then the differences. */
function writeLengths(writer: BitWriter, lengths: Uint8Array): void {
  const first = lengths.findIndex((length) => length > 0);
  const last = lengths.findLastIndex((length) => length > 0);
  writer.write(first, 8);
  writer.write(last, 8);
  writer.write(lengths[first], 4);
  for (let symbol = first + 1; symbol <= last; symbol++) {
    const difference = lengths[symbol] - lengths[symbol - 1];
    if (difference === 0) writer.write(0b0, 1);
    else if (difference === 1) writer.write(0b01, 2);
    else if (difference === -1) writer.write(0b011, 3);
    else {
      writer.write(0b111, 3);
      writer.write(lengths[symbol], 4);
    }
  }
}

function readLengths(reader: BitReader, symbolCount: number): Uint8Array {
  const first = reader.read(8);
  const last = reader.read(8);
  if (first > last || last >= symbolCount) throw new DlError('file', `it has codes for the symbols ${first} to ${last} of ${symbolCount}`);
  const lengths = new Uint8Array(symbolCount);
  lengths[first] = reader.read(4);
  for (let symbol = first + 1; symbol <= last; symbol++) {
    const length = readLength(reader, lengths[symbol - 1]);
    if (length < 0 || length > 15) throw new DlError('file', `the code of symbol ${symbol} has the length ${length}`);
    lengths[symbol] = length;
  }
  return lengths;
}

function readLength(reader: BitReader, before: number): number {
  if (reader.read(1) === 0) return before;
  if (reader.read(1) === 0) return before + 1;
  return reader.read(1) === 0 ? before - 1 : reader.read(4);
}
