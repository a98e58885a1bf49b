import type { LayersModel } from '@tensorflow/tfjs-layers';
import { summarize } from '../../models/summarize.ts';
import type { ReadModelFile } from '../../packed/read-model-file.ts';
import type { CompressionLayer } from '../compression-result.ts';
import { isKernel, kernelsOf, layerOfWeight } from '../surgery/kernels-of.ts';

/** The layers with a kernel, before and after; those that a recipe has made come last. */
export function compareLayers(before: LayersModel, after: LayersModel, packed: ReadModelFile): CompressionLayer[] {
  const [trained, final] = [byLayer(before), byLayer(after)];
  const [cost, costKept] = [multiplyAddsOf(before), multiplyAddsOf(after)];
  const stored = storedByLayer(packed);
  return [...new Set([...trained.keys(), ...final.keys()])].map((layer) => {
    const [old, now] = [trained.get(layer), final.get(layer)];
    const { form = '-', sizeBytes = 0 } = stored.get(layer) ?? {};
    return {
      layer,
      shape: (old ?? now)?.shape ?? [],
      weights: old?.size ?? 0,
      weightsKept: now?.kept ?? 0,
      units: old?.units ?? 0,
      unitsKept: now?.units ?? 0,
      bits: bitsOf(layer, packed),
      multiplyAdds: cost.get(layer) ?? 0,
      multiplyAddsKept: costKept.get(layer) ?? 0,
      rawBytes: 4 * (old?.size ?? 0),
      packedBytes: sizeBytes,
      form,
    };
  });
}

/** Bytes of the kernels in a file, by layer. */
export function kernelBytes(packed: ReadModelFile): Record<string, number> {
  return Object.fromEntries(Array.from(storedByLayer(packed), ([layer, { sizeBytes }]) => [layer, sizeBytes]));
}

/** Weights of all kernels that are not 0. */
export function countKept(model: LayersModel): number {
  return Array.from(byLayer(model).values()).reduce((sum, { kept }) => sum + kept, 0);
}

/** A layer with several kernels (a separable convolution) has the last one's shape and units. */
function byLayer(model: LayersModel) {
  const found = new Map<string, { shape: readonly number[]; size: number; kept: number; units: number }>();
  for (const { layer, shape, variable } of kernelsOf(model)) {
    const { size = 0, kept = 0 } = found.get(layer) ?? {};
    found.set(layer, {
      shape,
      size: size + variable.size,
      kept: kept + countNonZero(variable.dataSync() as Float32Array),
      units: shape[shape.length - 1],
    });
  }
  return found;
}

function countNonZero(values: Float32Array): number {
  return values.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
}

function multiplyAddsOf(model: LayersModel): Map<string, number> {
  return new Map(summarize(model).layers.map(({ name, multiplyAccumulates }) => [name, multiplyAccumulates]));
}

function storedByLayer({ stored }: ReadModelFile): Map<string, { form: string; sizeBytes: number }> {
  const found = new Map<string, { form: string; sizeBytes: number }>();
  for (const [name, { form, sizeBytes }] of stored) {
    if (isKernel(name)) found.set(layerOfWeight(name), { form, sizeBytes: sizeBytes + (found.get(layerOfWeight(name))?.sizeBytes ?? 0) });
  }
  return found;
}

/** Of numbers that few others equal there is nothing to be told apart: 32. */
function bitsOf(layer: string, { weights, stored }: ReadModelFile): number {
  for (const [name, { values, quantization }] of weights) {
    if (!isKernel(name) || layerOfWeight(name) !== layer) continue;
    if (quantization) return quantization.bits;
    const levels = new Set(values);
    // Sparse layouts leave the zeros out: 32 shared values take 5 bits there.
    if (/^(gaps|bitmap|csr)\b/.test(stored.get(name)?.form ?? '')) levels.delete(0);
    const distinct = levels.size;
    return 2 * distinct <= countNonZero(values) ? Math.max(1, Math.ceil(Math.log2(distinct))) : 32;
  }
  return 32;
}
