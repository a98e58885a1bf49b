import type { MemorySegment } from './memory-segments.ts';

const customSection = 0;
const dataSection = 11;
const i32Const = 0x41;
const end = 0x0b;

/**
 * A module with its data and with sections that say something about it. Written here, as Binaryen has the data of a module on its stack,
 * which holds no large model. (WebAssembly Core Specification 2.0, binary format.)
 */
export function appendSections(
  module: Uint8Array,
  segments: readonly MemorySegment[],
  custom: Readonly<Record<string, Uint8Array>>,
): Uint8Array<ArrayBuffer> {
  const data = segments.flatMap(({ start, bytes }) => [
    Uint8Array.of(0, i32Const, ...signed(start), end, ...unsigned(bytes.length)),
    bytes,
  ]);
  const parts = [module, ...section(dataSection, [Uint8Array.from(unsigned(segments.length)), ...data])];
  for (const [name, bytes] of Object.entries(custom)) {
    const text = new TextEncoder().encode(name);
    parts.push(...section(customSection, [Uint8Array.of(...unsigned(text.length), ...text), bytes]));
  }
  return joined(parts);
}

function section(id: number, content: readonly Uint8Array[]): Uint8Array[] {
  const size = content.reduce((sum, { length }) => sum + length, 0);
  return [Uint8Array.of(id, ...unsigned(size)), ...content];
}

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

/** Of a number that is not negative: the last byte's sign bit stays 0. */
function signed(value: number): number[] {
  const bytes = unsigned(value);
  const last = bytes.length - 1;
  return bytes[last] < 64 ? bytes : [...bytes.slice(0, last), bytes[last] + 128, 0];
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
