/**
 * What some instructions of WebAssembly give, which leave a whole number on the stack: to find out what a JavaScript engine makes of them.
 * @param body at most 100 bytes
 * @returns undefined where it does not know one of them
 */
export function resultOfInstructions(body: readonly number[]): number | undefined {
  // A module of the function `sum() -> i32`. What every section takes, as a list: its number, length, contents.
  const module = Uint8Array.of(
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, 5, 1, 0x60, 0, 1, 0x7f],
    ...[3, 2, 1, 0],
    ...[7, 7, 1, 3, 0x73, 0x75, 0x6d, 0, 0],
    ...[10, body.length + 4, 1, body.length + 2, 0, ...body, 0x0b],
  );
  if (!WebAssembly.validate(module)) return undefined;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module));
  return (exports.sum as () => number)();
}

/** `i32.const` in two bytes. @param value -8192 to 8191 */
export function constant(value: number): number[] {
  return [0x41, (value & 0x7f) | 0x80, (value >> 7) & 0x7f];
}

/** Puts vectors of one value on the stack. */
export const vectorOf = {
  bytes: (value: number) => [...constant(value), 0xfd, 0x0f],
  integers: (value: number) => [...constant(value), 0xfd, 0x11],
  floats: (value: number) => [...constant(value), 0xb2, 0xfd, 0x13],
};

/** Takes the first value of a vector, as a whole number. */
export const firstOf = { shorts: [0xfd, 0x18, 0], integers: [0xfd, 0x1b, 0], floats: [0xfd, 0x1f, 0, 0xa8] };
