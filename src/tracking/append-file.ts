import { appendFileSync, existsSync, mkdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

/** A log that only grows, and that a training which goes on finds as it was when it was saved. */
export class AppendFile {
  readonly path: string;
  #bytes = 0;
  #folderIsThere = false;

  constructor(path: string) {
    this.path = path;
  }

  /** Written by one call, so that a killed training leaves whole entries. The first one replaces a file of an earlier attempt. */
  append(data: string | Uint8Array): void {
    if (this.#bytes === 0) rmSync(this.path, { force: true });
    if (!this.#folderIsThere) mkdirSync(dirname(this.path), { recursive: true });
    this.#folderIsThere = true;
    appendFileSync(this.path, data);
    this.#bytes += typeof data === 'string' ? Buffer.byteLength(data) : data.length;
  }

  /** Length when the training is saved. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Goes on behind the first `bytes` bytes: what was written after the training had been saved will be written again. */
  goOnAt(bytes: number): void {
    this.#bytes = bytes;
    if (existsSync(this.path) && statSync(this.path).size > bytes) truncateSync(this.path, bytes);
  }
}
