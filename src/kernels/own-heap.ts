import type { Address, KernelHeap } from './address.ts';

const pageBytes = 65_536;
const alignmentBytes = 16;

/**
 * A memory of our own that only grows: what is allocated stays until the whole is forgotten, so that `free` gives nothing back but the
 * piece allocated last. Made for an engine that plans its tensors once.
 */
export class OwnHeap implements KernelHeap {
  readonly memory = new WebAssembly.Memory({ initial: 1 });
  #end = alignmentBytes;
  #last = 0;

  allocate(sizeBytes: number): Address {
    const address = this.#end;
    this.#last = address;
    this.#end = Math.ceil((address + sizeBytes) / alignmentBytes) * alignmentBytes;
    const missing = this.#end - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / pageBytes));
    return address;
  }

  free(address: Address): void {
    if (address === this.#last) this.#end = address;
  }
}
