import { hostname } from 'node:os';
import { join } from 'node:path';
import { AppendFile } from '../append-file.ts';
import { maskedCrc32c } from './crc32c.ts';
import { bytesField, doubleField, message, varintField } from './protobuf.ts';
import type { SummaryValue } from './summaries.ts';

/** What goes on in the same file needs. */
export interface EventFileState {
  readonly name: string;
  readonly bytes: number;
}

/**
 * A TensorBoard event file: records of TFRecord's form (length, its checksum, data, its checksum), each an `Event` message
 * (tensorboard/compat/proto/event.proto).
 */
export class EventFile {
  readonly #folder: string;
  #name = `events.out.tfevents.${Math.floor(Date.now() / 1000)}.${hostname()}.${process.pid}.0.v2`;
  #file: AppendFile;

  /** Nothing is written before the first value. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#file = new AppendFile(join(folder, this.#name));
  }

  /** Writes these values as one event. @param step where they belong on the horizontal axis */
  write(step: number, ...values: readonly (SummaryValue | undefined)[]): void {
    const known = values.filter((value) => value !== undefined);
    if (known.length === 0) return;
    if (this.#file.bytes === 0) this.#append(bytesField(3, 'brain.Event:2'));
    const summary = message(...known.map((value) => bytesField(1, value)));
    this.#append(varintField(2, step), bytesField(5, summary));
  }

  stateDict(): EventFileState {
    return { name: this.#name, bytes: this.#file.bytes };
  }

  loadStateDict({ name, bytes }: EventFileState): void {
    this.#name = name;
    this.#file = new AppendFile(join(this.#folder, name));
    this.#file.goOnAt(bytes);
  }

  #append(...fields: readonly Uint8Array[]): void {
    const data = message(doubleField(1, Date.now() / 1000), ...fields);
    const record = Buffer.alloc(data.length + 16);
    record.writeBigUInt64LE(BigInt(data.length), 0);
    record.writeUInt32LE(maskedCrc32c(record.subarray(0, 8)), 8);
    record.set(data, 12);
    record.writeUInt32LE(maskedCrc32c(data), 12 + data.length);
    this.#file.append(record);
  }
}
