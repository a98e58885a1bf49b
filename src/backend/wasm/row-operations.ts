import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { addressOf, areFloats, type KernelOverride, newTensor, sizeOf } from './kernel-call.ts';

/** Sum over the first axes, as in the gradient of a bias; tfjs transposes the whole tensor first. */
const sum: KernelOverride<{ x: TensorInfo }, { readonly axis: number | number[]; readonly keepDims?: boolean }> = {
  kernelName: 'Sum',
  run({ inputs: { x }, attributes, kernels, backend }) {
    const axes = util.parseAxisParam(attributes.axis, x.shape).sort((a, b) => a - b);
    const areFirst = axes.every((axis, index) => axis === index);
    if (!areFloats(x) || !areFirst || axes.length === 0 || axes.length === x.shape.length) return undefined;
    const kept = x.shape.slice(axes.length);
    const shape = attributes.keepDims ? backend_util.expandShapeToKeepDim(kept, axes) : kept;
    const [tensor, output] = newTensor(backend, shape);
    kernels.sumRows({ rows: sizeOf(x.shape.slice(0, axes.length)), columns: sizeOf(kept), input: addressOf(backend, x), output });
    return tensor;
  },
};

const segmentSum: KernelOverride<{ x: TensorInfo; segmentIds: TensorInfo }, { readonly numSegments: number }> = {
  kernelName: 'UnsortedSegmentSum',
  run({ inputs: { x, segmentIds }, attributes: { numSegments }, kernels, backend }) {
    if (!areFloats(x) || segmentIds.dtype !== 'int32') return undefined;
    const rows = sizeOf(segmentIds.shape);
    const inner = x.shape.slice(segmentIds.shape.length);
    const [tensor, output] = newTensor(backend, [numSegments, ...inner]);
    const segments = addressOf(backend, segmentIds);
    kernels.segmentSum({ rows, columns: sizeOf(inner), segmentCount: numSegments, input: addressOf(backend, x), segments, output });
    return tensor;
  },
};

/** Repeats a row, `[1, 1, channels]` to `[height, width, channels]`, as in the gradient of a batch normalization. */
const tile: KernelOverride<{ x: TensorInfo }, { readonly reps: number[] }> = {
  kernelName: 'Tile',
  run({ inputs: { x }, attributes: { reps }, backend }) {
    const columns = x.shape.at(-1) ?? 1;
    if (!areFloats(x) || sizeOf(x.shape) !== columns || reps.length !== x.shape.length || reps.at(-1) !== 1) return undefined;
    const shape = x.shape.map((size, axis) => size * reps[axis]);
    const [tensor] = newTensor(backend, shape);
    const values = backend.typedArrayFromHeap(tensor);
    if (values.length === 0) return tensor;
    values.set(backend.typedArrayFromHeap(x));
    for (let filled = columns; filled < values.length; filled *= 2) values.copyWithin(filled, 0, Math.min(filled, values.length - filled));
    return tensor;
  },
};

/** Two tensors of one shape, or a bias to every row: there tfjs works out the place of every value one by one. */
const add: KernelOverride<{ a: TensorInfo; b: TensorInfo }> = {
  kernelName: 'Add',
  run({ inputs: { a, b }, kernels, backend }) {
    if (areFloats(a, b) && util.arraysEqual(a.shape, b.shape)) {
      const [tensor, output] = newTensor(backend, a.shape);
      kernels.add({ count: sizeOf(a.shape), a: addressOf(backend, a), b: addressOf(backend, b), output });
      return tensor;
    }
    const columns = b.shape[0];
    if (!areFloats(a, b) || b.shape.length !== 1 || a.shape.length < 2 || a.shape.at(-1) !== columns) return undefined;
    const [tensor, output] = newTensor(backend, a.shape);
    const rows = sizeOf(a.shape.slice(0, -1));
    kernels.addBias({ rows, columns, input: addressOf(backend, a), bias: addressOf(backend, b), output });
    return tensor;
  },
};

/** Sums over, repetitions of and additions to the rows of a tensor. */
export const rowKernels = [sum, segmentSum, tile, add] as const;
