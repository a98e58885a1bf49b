import { expect } from 'vitest';
import { maskedCrc32c } from '../../../src/tracking/event-file/crc32c.ts';

/** The records of a TFRecord file; fails where a length or a checksum is wrong, or a record is not whole. */
export function readRecords(file: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    expect(file.readUInt32LE(at + 8)).toBe(maskedCrc32c(file.subarray(at, at + 8)));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(file.readUInt32LE(at + 12 + length)).toBe(maskedCrc32c(data));
    records.push(data);
    at += length + 16;
  }
  return records;
}
