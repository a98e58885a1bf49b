export { deflateCoder } from './coders/deflate-coder.ts';
export { huffmanCoder } from './coders/huffman-coder.ts';
export { bitmapLayout } from './layouts/bitmap-layout.ts';
export { blocksLayout } from './layouts/blocks-layout.ts';
export { csrLayout } from './layouts/csr-layout.ts';
export { denseLayout } from './layouts/dense-layout.ts';
export { gapsLayout } from './layouts/gaps-layout.ts';
export type { ActivationRange, ModelFile, NamedWeight, WeightQuantization } from './model-file.ts';
export { binaryFormat } from './numbers/binary-format.ts';
export { codebookFormat } from './numbers/codebook-format.ts';
export { float16Format } from './numbers/float16-format.ts';
export { float32Format } from './numbers/float32-format.ts';
export { ternaryFormat, tritsFormat } from './numbers/ternary-format.ts';
export { int4Format, int8Format } from './numbers/whole-number-format.ts';
export { type ReadModelFile, readModelFile, type StoredWeight } from './read-model-file.ts';
export {
  float32Tensor,
  float32Values,
  readSafetensors,
  type SafetensorsDtype,
  type SafetensorsFile,
  type SafetensorsTensor,
  writeSafetensors,
} from './safetensors.ts';
export { sha256 } from './sha256.ts';
export type { OptimizeFor } from './smallest-form.ts';
export type { StoredForms } from './stored-form.ts';
export { storedForms } from './stored-forms.ts';
export { writeModelFile } from './write-model-file.ts';
