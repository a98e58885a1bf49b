import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema, type NodeProto, NodeProtoSchema } from './onnx_pb.ts';

/** An ONNX model as plain objects; what is left out has its default. */
export type OnnxModel = MessageInitShape<typeof ModelProtoSchema>;

/** A node of a graph; what is left out has its default. */
export function createNode(node: MessageInitShape<typeof NodeProtoSchema>): NodeProto {
  return create(NodeProtoSchema, node);
}

/** The bytes of an .onnx file. */
export function encodeOnnx(model: OnnxModel): Uint8Array<ArrayBuffer> {
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, model));
}

/** Reads what `onnx.proto` beside this file names, and skips the rest. @throws an error of the protobuf library for damaged bytes */
export function decodeOnnx(bytes: Uint8Array): ModelProto {
  return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
}
