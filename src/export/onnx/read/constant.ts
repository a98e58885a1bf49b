import { DlError } from '../../../core/errors.ts';
import { wordsOfHalfBytes } from '../../../packed/numbers/half.ts';
import { elementTypes } from '../format/element-types.ts';
import type { TensorProto } from '../format/onnx_pb.ts';

/** Numbers that are part of the file. The batch length, where a shape is computed, is NaN. */
export interface Constant {
  readonly shape: readonly number[];
  /** float32, or whole numbers as float64. */
  readonly values: Float32Array | Float64Array;
}

export function isConstant(result: object | undefined): result is Constant {
  return result !== undefined && 'values' in result;
}

/** @throws DlError `file` for a tensor that is not what it says, `refused` for one outside of the file or of another type */
export function constantOf(tensor: TensorProto): Constant {
  const name = JSON.stringify(tensor.name.slice(0, 80));
  const damaged = (what: string) => new DlError('file', `Not a sound ONNX file: the tensor ${name} ${what}.`);
  if (tensor.dataLocation !== 0) {
    throw new DlError(
      'refused',
      `The tensor ${name} lies in another file. Save the model as one file: torch.onnx.export(..., external_data=False), or onnx.save(model, path, save_as_external_data=False).`,
    );
  }
  const shape = tensor.dims.map(Number);
  if (shape.length > 8 || !shape.every((length) => Number.isSafeInteger(length) && length >= 0)) throw damaged(`has the shape [${shape}]`);
  const length = shape.reduce((product, size) => product * size, 1);
  const read = readers[tensor.dataType];
  if (!read) {
    const known = Object.keys(elementTypes).join(', ');
    throw new DlError('refused', `The tensor ${name} has the element type ${tensor.dataType} of ONNX; read are ${known}.`);
  }
  const values = read(tensor);
  if (values.length !== length) throw damaged(`[${shape}] has ${values.length} numbers`);
  return { shape, values };
}

type ReadValues = (tensor: TensorProto) => Float32Array | Float64Array;

/** Raw bytes where there are any, else the list of numbers that belongs to the type. */
const readers: Readonly<Record<number, ReadValues>> = {
  [elementTypes.float]: ({ rawData, floatData }) =>
    rawData.length > 0 ? new Float32Array(aligned(rawData, 4).buffer) : Float32Array.from(floatData),
  [elementTypes.double]: ({ rawData, doubleData }) =>
    Float32Array.from(rawData.length > 0 ? new Float64Array(aligned(rawData, 8).buffer) : doubleData),
  [elementTypes.float16]: ({ rawData, int32Data }) => {
    const bytes = rawData.length > 0 ? aligned(rawData, 2) : new Uint8Array(Uint16Array.from(int32Data).buffer);
    return new Float32Array(wordsOfHalfBytes(bytes).buffer);
  },
  [elementTypes.int64]: ({ rawData, int64Data }) =>
    Float64Array.from(rawData.length > 0 ? new BigInt64Array(aligned(rawData, 8).buffer) : int64Data, Number),
  [elementTypes.int32]: ({ rawData, int32Data }) =>
    Float64Array.from(rawData.length > 0 ? new Int32Array(aligned(rawData, 4).buffer) : int32Data),
  [elementTypes.int8]: ({ rawData, int32Data }) =>
    Float64Array.from(rawData.length > 0 ? new Int8Array(aligned(rawData, 1).buffer) : int32Data),
  [elementTypes.uint8]: ({ rawData, int32Data }) => Float64Array.from(rawData.length > 0 ? rawData : int32Data),
  [elementTypes.bool]: ({ rawData, int32Data }) => Float64Array.from(rawData.length > 0 ? rawData : int32Data),
};

/** A copy of the bytes that are whole elements; the bytes may be a Buffer of Node, whose `slice` copies nothing. */
function aligned(bytes: Uint8Array, elementBytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % elementBytes)));
}
