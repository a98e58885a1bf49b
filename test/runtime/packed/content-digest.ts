import { readModelFile } from '../../../src/packed/read-model-file.ts';
import { sha256 } from '../../../src/packed/sha256.ts';

/** SHA-256 of everything that a model file says: topology, features, metrics, recipe, ranges, every bit of every weight, its scales. */
export function digestOfContent(file: Uint8Array): string {
  const { topology, features, metrics, recipe, activations, weights } = readModelFile(file);
  const bits = (values: Float32Array) => sha256(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  const listed = Array.from(weights, ([name, { shape, values, quantization }]) => [
    name,
    shape,
    bits(values),
    quantization && [quantization.bits, quantization.axis, bits(quantization.scales)],
  ]);
  const text = JSON.stringify([topology, features, metrics, recipe, [...activations], listed]);
  return sha256(new TextEncoder().encode(text));
}
