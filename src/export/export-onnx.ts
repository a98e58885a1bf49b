import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeBytesAtomically } from '../checkpoint/write-bytes-atomically.ts';
import { type ModelDescription, type ModelSource, modelOf } from './model-source.ts';
import { type OnnxFile, type OnnxOptions, writeOnnx } from './onnx/write/write-onnx.ts';

export type ExportOnnxOptions = OnnxOptions & ModelDescription;

/**
 * Writes a model as one .onnx file: float32, or int8 where it was quantized.
 *
 * ```ts
 * await exportOnnx('runs/.../model.safetensors', 'digits.onnx');
 * await exportOnnx(model, 'digits.onnx', { features: data.features });
 * ```
 *
 * @param path folders in between are made; a file that is there is replaced, whole or not at all
 * @throws DlError `missing` where there is no model, `refused` for layers that ONNX export does not know
 */
export async function exportOnnx(source: ModelSource, path: string, options: ExportOnnxOptions = {}) {
  const { bytes, precision } = await toOnnx(source, options);
  await mkdir(dirname(path), { recursive: true });
  await writeBytesAtomically(path, bytes);
  return { sizeBytes: bytes.length, precision };
}

/** The same as bytes. */
export async function toOnnx(source: ModelSource, { features, metrics, ...options }: ExportOnnxOptions = {}): Promise<OnnxFile> {
  return writeOnnx(await modelOf(source, { features, metrics }), options);
}
