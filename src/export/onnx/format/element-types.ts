/** ONNX's numbers for the types of a tensor's elements (`TensorProto.DataType`), as far as we read or write them. */
export const elementTypes = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10, double: 11 } as const;

/** ONNX's numbers for the types of an attribute (`AttributeProto.AttributeType`). */
export const attributeTypes = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7, strings: 8 } as const;
