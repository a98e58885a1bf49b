import type { NamedWeight } from '../../packed/model-file.ts';
import type { LayerTopology } from '../surgery/topology.ts';

/** A dense layer or convolution whose kernel may be written as a product. */
export interface FactorableLayer {
  readonly topology: LayerTopology;
  /** `[in, out]` of a dense layer, `[height, width, in, out]` of a convolution. */
  readonly kernel: NamedWeight;
  /** Rows and columns of pixels; `[1, 1]` of a dense layer. */
  readonly inputSize: readonly [number, number];
  readonly outputSize: readonly [number, number];
}

/** Layers that take the place of one, first to last, and their kernels by layer name. */
export interface FactoredLayer {
  readonly layers: readonly LayerTopology[];
  readonly kernels: ReadonlyMap<string, NamedWeight>;
}

/** One way to write a kernel as a product of smaller ones; each rank is the width of one of the layers in between. */
export interface Factorization {
  /** As options name it. */
  readonly name: 'svd' | 'tucker2' | 'cp' | 'spatial';
  /** Why this layer cannot be factored so; undefined where it can. */
  refusal(layer: FactorableLayer): string | undefined;
  /** The ranks at which nothing is lost, as far as that is known. */
  fullRanks(layer: FactorableLayer): readonly number[];
  /** Per rank the squared singular values in falling order: what each unit of rank holds. Undefined where ranks have none. */
  spectra?(layer: FactorableLayer): readonly Spectrum[];
  /** Multiply-adds of one sample. */
  multiplyAccumulates(layer: FactorableLayer, ranks: readonly number[]): number;
  /** @param name gives a name that is free, from the layer's own and what its part does */
  factor(layer: FactorableLayer, ranks: readonly number[], name: (part: string) => string): FactoredLayer;
}

/** What the units of a rank hold. */
export interface Spectrum {
  /** Squared singular values in falling order. */
  readonly energies: Float64Array;
  /** Rows and columns of the matrix they are of. */
  readonly shape: readonly [number, number];
}

/** Multiply-adds of one sample as the layer is. */
export function denseMultiplyAccumulates({ kernel, outputSize }: FactorableLayer): number {
  return kernel.values.length * outputSize[0] * outputSize[1];
}

/** `[height, width, in, out]`; a dense layer is a convolution of one pixel. */
export function kernelShape({ kernel: { shape } }: FactorableLayer): readonly [number, number, number, number] {
  const [out, input, width = 1, height = 1] = [...shape].reverse();
  return [height, width, input, out];
}

/** The layer that only leads channels to others: linear, without a bias. */
export function linearPart({ topology }: FactorableLayer, name: string, changes: Readonly<Record<string, unknown>>): LayerTopology {
  return { class_name: topology.class_name, config: { ...topology.config, ...changes, name, activation: 'linear', use_bias: false } };
}

/** The layer that keeps name, bias and activation, and stands last. */
export function lastPart({ topology }: FactorableLayer, changes: Readonly<Record<string, unknown>>): LayerTopology {
  const { batch_input_shape: _, ...config } = topology.config;
  return { class_name: topology.class_name, config: { ...config, ...changes, name: topology.config.name } };
}

/** The name, with a number behind it where it is taken; it is taken from then on. */
export function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let i = 2; taken.has(name); i++) name = `${wanted}${i}`;
  taken.add(name);
  return name;
}
