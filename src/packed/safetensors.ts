/** The element types we write; the names are safetensors'. */
export type SafetensorsDtype = 'F32' | 'F16' | 'I32' | 'U32' | 'I16' | 'U16' | 'I8' | 'U8';

export interface SafetensorsTensor {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** Little-endian bytes of the elements, row after row. */
  readonly bytes: Uint8Array;
}

export interface SafetensorsFile {
  /** In the order of the file. */
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
  /** Every value a string; readers in other languages refuse anything else. */
  readonly metadata: Readonly<Record<string, string>>;
}
