import { describe, expect, it } from 'vitest';
import { loadKernels, OwnHeap, windowShape } from '../../../src/kernels/index.ts';

describe('loadKernels', () => {
  it('computes in the memory it is given', async () => {
    const heap = new OwnHeap();
    const kernels = await loadKernels({ heap });
    expect(kernels.heap.memory).toBe(heap.memory);
  });

  it('gives instances that do not share memory', async () => {
    const [one, other] = [await loadKernels(), await loadKernels()];
    expect(one.heap.memory).not.toBe(other.heap.memory);
  });

  it('always has the plain SIMD build', async () => {
    expect((await loadKernels({ flavour: 'simd' })).flavour).toBe('simd');
  });

  it('grows its memory when a tensor does not fit', async () => {
    const { heap } = await loadKernels();
    const address = heap.allocate(1_000_000);
    expect(heap.memory.buffer.byteLength).toBeGreaterThanOrEqual(address + 1_000_000);
  });
});

describe('windowShape', () => {
  it.each([
    { padding: 'valid', outHeight: 5, padTop: 0 },
    { padding: 'same', outHeight: 6, padTop: 1 },
    { padding: { top: 2, bottom: 1, left: 0, right: 0 }, outHeight: 6, padTop: 2 },
  ] as const)('pads $padding as TensorFlow does', ({ padding, outHeight, padTop }) => {
    const shape = windowShape({ input: [1, 12, 12, 1], filter: [4, 4], strides: [2, 2], padding });
    expect(shape).toMatchObject({ outHeight, padTop });
  });

  it('refuses a window that does not fit', () => {
    expect(() => windowShape({ input: [1, 3, 3, 1], filter: [5, 5] })).toThrow('5 x 5 does not fit into an image of 3 x 3');
  });
});
