import type { LayerConfig } from '../../../inference/layer-config.ts';
import type { ActivationRange, NamedWeight } from '../../../packed/model-file.ts';
import type { GraphWriter } from './graph-writer.ts';
import type { Value } from './value.ts';

/** What a layer is written with. */
export interface LayerContext {
  readonly writer: GraphWriter;
  readonly layer: LayerConfig;
  /** What the layer reads. */
  readonly inputs: readonly Value[];
  /** In which whole numbers the first input is; undefined where it is float. */
  readonly inputRange: ActivationRange | undefined;
  /** A weight of the layer with its quantization, where the file is to hold whole numbers. */
  quantized(key: string): NamedWeight | undefined;
}

/** Adds the nodes of one layer. */
export type WriteLayer = (context: LayerContext) => Value;
