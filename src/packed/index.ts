export type { ModelFile, NamedWeight } from './model-file.ts';
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
