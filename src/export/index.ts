export { type ExportOnnxOptions, exportOnnx, toOnnx } from './export-onnx.ts';
export type { ModelDescription, ModelSource } from './model-source.ts';
export type { OnnxFile, OnnxOptions } from './onnx/write/write-onnx.ts';
