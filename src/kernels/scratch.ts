import type { Address, KernelHeap } from './address.ts';

/** One piece of memory for intermediate results of a single kernel call; grows when a call needs more and is used again by the next. */
export class Scratch {
  readonly #heap: KernelHeap;
  #address: Address = 0;
  #sizeBytes = 0;

  constructor(heap: KernelHeap) {
    this.#heap = heap;
  }

  /** An address for each size, side by side, each at a multiple of 16. */
  split<const Sizes extends readonly number[]>(...sizesBytes: Sizes): { [Index in keyof Sizes]: Address } {
    const starts: number[] = [];
    let end = 0;
    for (const size of sizesBytes) {
      starts.push(end);
      end += (size + 15) & ~15;
    }
    const address = this.reserve(end);
    return starts.map((start) => address + start) as { [Index in keyof Sizes]: Address };
  }

  /** The address of the whole piece, which has at least this size. */
  reserve(sizeBytes: number): Address {
    if (sizeBytes > this.#sizeBytes) this.#grow(sizeBytes);
    return this.#address;
  }

  /** What has been taken so far. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Fills it with zeros. */
  erase(): void {
    new Uint8Array(this.#heap.memory.buffer, this.#address, this.#sizeBytes).fill(0);
  }

  dispose(): void {
    if (this.#sizeBytes > 0) this.#heap.free(this.#address);
    this.#sizeBytes = 0;
  }

  #grow(sizeBytes: number): void {
    this.dispose();
    this.#sizeBytes = Math.max(sizeBytes, 65_536);
    this.#address = this.#heap.allocate(this.#sizeBytes);
  }
}
