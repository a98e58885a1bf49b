import { DlError } from '../../core/errors.ts';
import { BitReader } from './bit-stream.ts';
import { type DecodingTable, decodingTable, readSymbol } from './prefix-code.ts';

/** No byte of a deflated stream stands for more: 258 bytes by two codes of 1 bit each. */
const mostPerByte = 1032;

/** By length code - 257: the shortest length, and how many more bits say how much longer. RFC 1951, 3.2.5. */
const lengthStarts = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const lengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
/** In this order the lengths of the code that codes the lengths are written. */
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

interface BlockTables {
  readonly symbols: DecodingTable;
  /** Undefined in a block without repetitions. */
  readonly distances: DecodingTable | undefined;
}

/**
 * The bytes of a raw deflate stream (RFC 1951); synchronous and the same everywhere, unlike DecompressionStream of browsers.
 *
 * @param size how many they must be
 * @throws DlError `file` where they are not, or the stream is damaged
 */
export function inflate(bytes: Uint8Array, size: number): Uint8Array {
  if (size > mostPerByte * bytes.length) throw new DlError('file', `a part has ${bytes.length} deflated bytes for ${size} numbers`);
  const reader = new BitReader(bytes);
  const result = new Uint8Array(size);
  let end = 0;
  for (let isLast = false; !isLast; ) {
    isLast = reader.read(1) === 1;
    const kind = reader.read(2);
    if (kind === 0) end = copyStored(reader, result, end);
    else if (kind === 3) throw new DlError('file', 'a deflated part has a block of an unknown kind');
    else end = inflateBlock(reader, kind === 1 ? fixedTables() : readTables(reader), result, end);
  }
  if (end !== size) throw new DlError('file', `a deflated part holds ${end} numbers, ${size} are expected`);
  reader.end();
  return result;
}

function copyStored(reader: BitReader, result: Uint8Array, start: number): number {
  reader.skipToByte();
  const size = reader.read(16);
  if ((reader.read(16) ^ size) !== 0xffff) throw new DlError('file', 'a deflated part has a damaged stored block');
  if (size > result.length - start) throw tooLong(result);
  for (let i = 0; i < size; i++) result[start + i] = reader.read(8);
  return start + size;
}

function inflateBlock(reader: BitReader, { symbols, distances }: BlockTables, result: Uint8Array, start: number): number {
  let end = start;
  for (;;) {
    const symbol = readSymbol(reader, symbols);
    if (symbol === 256) return end;
    if (symbol < 256) {
      if (end === result.length) throw tooLong(result);
      result[end++] = symbol;
      continue;
    }
    const lengthCode = symbol - 257;
    if (lengthCode >= lengthStarts.length) throw new DlError('file', 'a deflated part has an unknown length');
    const length = lengthStarts[lengthCode] + reader.read(lengthBits[lengthCode]);
    const distance = readDistance(reader, distances);
    if (distance > end) throw new DlError('file', 'a deflated part repeats what is not there');
    if (length > result.length - end) throw tooLong(result);
    for (let i = 0; i < length; i++, end++) result[end] = result[end - distance];
  }
}

function readDistance(reader: BitReader, table: DecodingTable | undefined): number {
  const code = table ? readSymbol(reader, table) : 30;
  if (code > 29) throw new DlError('file', 'a deflated part has an unknown distance');
  const bits = Math.max(0, (code >>> 1) - 1);
  return (code < 2 ? code : (2 + (code & 1)) << bits) + reader.read(bits) + 1;
}

function readTables(reader: BitReader): BlockTables {
  const symbolCount = reader.read(5) + 257;
  const distanceCount = reader.read(5) + 1;
  const orderCount = reader.read(4) + 4;
  const orderLengths = new Uint8Array(lengthOrder.length);
  for (const symbol of lengthOrder.slice(0, orderCount)) orderLengths[symbol] = reader.read(3);
  const table = decodingTable(orderLengths);
  const lengths = new Uint8Array(symbolCount + distanceCount);
  for (let at = 0; at < lengths.length; ) {
    const symbol = readSymbol(reader, table);
    if (symbol < 16) {
      lengths[at++] = symbol;
      continue;
    }
    if (symbol === 16 && at === 0) throw new DlError('file', 'a deflated part repeats a length that is not there');
    const repeated = symbol === 16 ? lengths[at - 1] : 0;
    const times = symbol === 16 ? 3 + reader.read(2) : symbol === 17 ? 3 + reader.read(3) : 11 + reader.read(7);
    if (times > lengths.length - at) throw new DlError('file', 'a deflated part has too many code lengths');
    lengths.fill(repeated, at, at + times);
    at += times;
  }
  const distances = lengths.subarray(symbolCount);
  return {
    symbols: decodingTable(lengths.subarray(0, symbolCount)),
    distances: distances.some((length) => length > 0) ? decodingTable(distances) : undefined,
  };
}

function fixedTables(): BlockTables {
  const lengths = new Uint8Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280);
  return { symbols: decodingTable(lengths), distances: decodingTable(new Uint8Array(32).fill(5)) };
}

function tooLong(result: Uint8Array): DlError {
  return new DlError('file', `a deflated part holds more than ${result.length} numbers`);
}
