import type { LayerReads } from './layer-reads.ts';

/** By Keras' class, how many axes it gives, the batch among them, whatever it reads. */
const ranks: Readonly<Record<string, number>> = {
  Conv1D: 3,
  Conv2D: 4,
  Conv2DTranspose: 4,
  DepthwiseConv2D: 4,
  Flatten: 2,
  GlobalAveragePooling1D: 2,
  GlobalAveragePooling2D: 2,
  GlobalMaxPooling1D: 2,
  GlobalMaxPooling2D: 2,
  RepeatVector: 3,
  SeparableConv2D: 4,
};

/** How many axes a layer gives, the batch among them; of others than those known here, as many as they read. */
export function rankOf(all: LayerReads, name: string): number {
  const { reads, layers } = all;
  const layer = layers.get(name);
  if (layer && Object.hasOwn(ranks, layer.class_name)) return ranks[layer.class_name];
  const { batch_input_shape: input, target_shape: target, return_sequences: everyStep }: Record<string, unknown> = layer?.config ?? {};
  if (Array.isArray(target)) return target.length + 1;
  if (everyStep !== undefined) return everyStep ? 3 : 2;
  const [source] = reads.get(name) ?? [];
  const read = source !== undefined && layers.has(source) ? rankOf(all, source) : Array.isArray(input) ? input.length : Number.NaN;
  return layer?.class_name === 'Embedding' ? read + 1 : read;
}
