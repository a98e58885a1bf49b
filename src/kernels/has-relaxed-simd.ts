/** A module with one function, `f32x4.relaxed_madd` of its three arguments. */
const fewestBytes = [
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 8, 1, 0x60, 3, 0x7b, 0x7b, 0x7b, 1, 0x7b],
  ...[3, 2, 1, 0],
  ...[10, 13, 1, 11, 0, 0x20, 0, 0x20, 1, 0x20, 2, 0xfd, 0x85, 0x02, 0x0b],
];

/** Whether this JavaScript engine takes relaxed SIMD: Node 22 and newer. Found out without loading a build of the kernels. */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(new Uint8Array(fewestBytes));
}
