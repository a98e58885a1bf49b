/** The bytes of an IDX file. @param type 8 is unsigned bytes */
export function idxBytes(shape: readonly number[], values: ArrayLike<number>, type = 8): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = type;
  header[3] = shape.length;
  for (const [axis, length] of shape.entries()) header.writeUInt32BE(length, 4 + 4 * axis);
  return Buffer.concat([header, Uint8Array.from(values)]);
}
