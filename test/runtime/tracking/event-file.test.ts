import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maskedCrc32c } from '../../../src/tracking/event-file/crc32c.ts';
import { EventFile } from '../../../src/tracking/event-file/event-file.ts';
import { varintField } from '../../../src/tracking/event-file/protobuf.ts';
import { histogramSummary, scalarSummary } from '../../../src/tracking/event-file/summaries.ts';
import { readRecords } from './event-records.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'events-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = () => readRecords(readFileSync(join(folder, readdirSync(folder)[0])));
const has = (record: Buffer, text: string) => record.includes(text);

describe('an event file', () => {
  it('has the checksum of RFC 3720 (CRC-32C of 32 zero bytes is 8a9136aa), masked', () => {
    const crc = 0x8a9136aa;
    expect(maskedCrc32c(new Uint8Array(32))).toBe((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
  });

  it('writes numbers of more than 32 bits', () => {
    expect([...varintField(2, 2 ** 40 + 5)]).toEqual([16, 0x85, 0x80, 0x80, 0x80, 0x80, 0x20]);
  });

  it('begins with its version and has a whole record per call', () => {
    const file = new EventFile(folder);
    file.write(1, scalarSummary('loss', 0.5), scalarSummary('accuracy', 0.9));
    file.write(2);
    file.write(2, scalarSummary('loss', Number.NaN));
    const records = read();
    expect(records.map((record) => has(record, 'brain.Event:2'))).toEqual([true, false, false]);
    expect(records.map((record) => has(record, 'accuracy'))).toEqual([false, true, false]);
  });

  it('goes on where it was saved: what came after is written once', () => {
    const first = new EventFile(folder);
    first.write(1, scalarSummary('first', 1));
    const state = structuredClone(first.stateDict());
    first.write(2, scalarSummary('lost', 2));
    const second = new EventFile(folder);
    second.loadStateDict(state);
    second.write(2, scalarSummary('again', 2));
    expect(readdirSync(folder)).toHaveLength(1);
    const records = read();
    expect(records).toHaveLength(3);
    expect(records.some((record) => has(record, 'lost'))).toBe(false);
  });

  it('leaves out what is no number of a histogram, and has none of nothing', () => {
    expect(histogramSummary('w', Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY))).toBeUndefined();
    expect(histogramSummary('w', Float32Array.of(3, 3, Number.NaN))).toBeDefined();
  });
});
