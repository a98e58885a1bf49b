/**
 * What a checkpoint and a packed model have in common: a safetensors file with topology and features as JSON in its metadata.
 * `Features` is described in data/features.ts; here it is opaque JSON, because packed/ knows nothing above it.
 */
export interface ModelFile {
  /** `checkpoint` holds plain float32 weights (and optimizer state); `packed` holds weights in stored forms. */
  readonly kind: 'checkpoint' | 'packed';
  /** Keras-style topology: `{ class_name, config }` of a Sequential or Functional model, after surgery. */
  readonly topology: unknown;
  /** Input shape, outputs, class names and preprocessing. */
  readonly features: unknown;
  /** Log values of the kept epoch, and whatever else is worth keeping; plain JSON. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Named weights `[layer/kernel]` in layer order, with their shape, as float32. */
  readonly weights: ReadonlyMap<string, NamedWeight>;
}

export interface NamedWeight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}
