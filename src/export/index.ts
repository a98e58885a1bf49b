export { type ExportOnnxOptions, exportOnnx, toOnnx } from './export-onnx.ts';
export { type ExportTfjsOptions, exportTfjs, toTfjs } from './export-tfjs.ts';
export { type ImportedModel, type ImportOnnxOptions, importOnnx } from './import-onnx.ts';
export { importTfjs } from './import-tfjs.ts';
export type { ImportedData } from './imported-data.ts';
export type { ModelDescription, ModelSource } from './model-source.ts';
export type { OnnxFile, OnnxOptions } from './onnx/write/write-onnx.ts';
export type { TfjsPrecision } from './tfjs/weight-data.ts';
export type { TfjsFiles } from './tfjs/write-tfjs.ts';
