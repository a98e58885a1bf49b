import { afterEach, expect, it, vi } from 'vitest';
import { hex } from '../../../src/kernels/built/engine-simd.ts';
import { decodeBuild } from '../../../src/kernels/load-build.ts';

afterEach(() => vi.unstubAllGlobals());

it('gives browsers, which have no Buffer, the same bytes', () => {
  const bytes = Buffer.from(hex, 'hex');
  vi.stubGlobal('Buffer', undefined);
  const decoded = decodeBuild(hex);
  vi.unstubAllGlobals();
  expect(bytes.equals(decoded)).toBe(true);
  expect(WebAssembly.validate(decoded)).toBe(true);
});
