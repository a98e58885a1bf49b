/** Fields of a protocol buffer message, each written as its number, its wire type and its value (protobuf.dev/programming-guides/encoding). */

const wire = { varint: 0, double: 1, bytes: 2, float: 5 };

/** A message of these fields, in this order. */
export function message(...fields: readonly Uint8Array[]): Buffer {
  return Buffer.concat(fields);
}

/** @param value a whole number from 0 on */
export function varintField(number: number, value: number): Buffer {
  return Buffer.concat([tag(number, wire.varint), varint(value)]);
}

export function doubleField(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([tag(number, wire.double), bytes]);
}

export function floatField(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([tag(number, wire.float), bytes]);
}

/** A text, bytes, or a message inside a message. */
export function bytesField(number: number, value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([tag(number, wire.bytes), varint(bytes.length), bytes]);
}

/** A packed list of doubles. */
export function doublesField(number: number, values: ArrayLike<number>): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  for (let i = 0; i < values.length; i++) bytes.writeDoubleLE(values[i], 8 * i);
  return bytesField(number, bytes);
}

function tag(number: number, type: number): Buffer {
  return varint(number * 8 + type);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
