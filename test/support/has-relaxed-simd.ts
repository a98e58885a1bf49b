/** Whether this V8 takes a function of `f32x4.relaxed_madd`: Node 22 and newer. */
export function hasRelaxedSimd(): boolean {
  const getThreeArguments = [0x20, 0, 0x20, 0, 0x20, 0];
  const body = [0, ...getThreeArguments, 0xfd, 0x85, 0x02, 0x0b];
  const section = (id: number, bytes: number[]) => [id, bytes.length, ...bytes];
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const functions = [...section(1, [1, 0x60, 1, 0x7b, 1, 0x7b]), ...section(3, [1, 0]), ...section(10, [1, body.length, ...body])];
  return WebAssembly.validate(new Uint8Array([...header, ...functions]));
}
