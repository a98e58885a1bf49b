import { availableParallelism } from 'node:os';

const judgedBatches = 4;
const noticeableShare = 0.1;
const mostWorkers = 4;

/** Finds out whether reading batches holds the training up enough to be done by other threads. */
export class ReadingTime {
  #reading = 0;
  #using = 0;
  #batches = 0;

  /** @param reading @param using milliseconds of one batch: to read it, and until the next one was wanted */
  add(reading: number, using: number): void {
    this.#reading += reading;
    this.#using += using;
    this.#batches++;
  }

  /** How many threads are worth it: 0 while reading takes less than 10 % of the time, or where there is a single processor. */
  get workers(): number {
    const share = this.#reading / (this.#reading + this.#using);
    if (this.#batches < judgedBatches || !(share >= noticeableShare)) return 0;
    return Math.min(mostWorkers, availableParallelism() - 1);
  }
}
