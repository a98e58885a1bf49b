export { bitmapForm } from './bitmap-form.ts';
export { denseForm } from './dense-form.ts';
export type { ModelFile, NamedWeight } from './model-file.ts';
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
export { sparseForm } from './sparse-form.ts';
export type { EncodedWeight, StoredForm } from './stored-form.ts';
export { storedForms } from './stored-forms.ts';
export { writeModelFile } from './write-model-file.ts';
