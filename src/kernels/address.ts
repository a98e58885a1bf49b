/** A place in the kernels' memory, in bytes. */
export type Address = number;

/** What a kernel does to its result last. */
export type KernelActivation = 'linear' | 'relu' | 'relu6';

/** Memory that kernels compute in. It may grow: take a new view after every call that allocates. */
export interface KernelHeap {
  readonly memory: WebAssembly.Memory;
  /** Room for `sizeBytes` bytes, not cleared. */
  allocate(sizeBytes: number): Address;
  free(address: Address): void;
}
