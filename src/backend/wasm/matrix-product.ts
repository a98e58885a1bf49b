import { broadcast_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelActivation } from '../../kernels/index.ts';
import { constantInputs } from './constant-inputs.ts';
import { isVector, kernelActivation } from './convolution.ts';
import { addressOf, areFloats, type KernelCall, type KernelOverride, newTensor, sizeOf } from './kernel-call.ts';

interface ProductAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly activation?: string;
}

interface Factors {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
  readonly bias?: TensorInfo;
}

const matMul: KernelOverride<Factors, ProductAttributes> = {
  kernelName: 'BatchMatMul',
  run(call) {
    const { a, b } = call.inputs;
    const { transposeA, transposeB } = call.attributes;
    // Only the gradient of A in `A B` looks like this; in a forward pass the use is noted as one that needs a gradient.
    const mayBeGradient = !transposeA && transposeB;
    if (mayBeGradient && constantInputs.needsNoGradient(b)) return newTensor(call.backend, productShape(a, b, call.attributes))[0];
    constantInputs.noteUse(b, mayBeGradient ? undefined : a);
    return multiply(call, 'linear');
  },
};

const fusedMatMul: KernelOverride<Factors, ProductAttributes> = {
  kernelName: '_FusedMatMul',
  run(call) {
    const { transposeA, transposeB, activation } = call.attributes;
    constantInputs.noteUse(call.inputs.b, transposeA || transposeB ? undefined : call.inputs.a);
    const ours = kernelActivation(activation);
    return ours && multiply(call, ours);
  },
};

function multiply(call: KernelCall<Factors, ProductAttributes>, activation: KernelActivation): TensorInfo | undefined {
  const { backend, kernels, attributes } = call;
  const { a, b, bias } = call.inputs;
  const { transposeA, transposeB } = attributes;
  const shape = productShape(a, b, attributes);
  const [m, n] = shape.slice(-2);
  const k = a.shape[a.shape.length - (transposeA ? 2 : 1)];
  const products = sizeOf(shape.slice(0, -2));
  const sameBatch = sizeOf(a.shape.slice(0, -2)) === products && sizeOf(b.shape.slice(0, -2)) === products;
  if (!areFloats(a, b, bias) || !sameBatch || (bias && !isVector(bias, n))) return undefined;
  const [tensor, c] = newTensor(backend, shape);
  const [firstA, firstB] = [addressOf(backend, a), addressOf(backend, b)];
  for (let index = 0; index < products; index++) {
    kernels.gemm({
      m,
      n,
      k,
      a: firstA + index * m * k * 4,
      b: firstB + index * k * n * 4,
      c: c + index * m * n * 4,
      transposeA,
      transposeB,
      bias: bias ? addressOf(backend, bias) : undefined,
      activation,
    });
  }
  return tensor;
}

function productShape(a: TensorInfo, b: TensorInfo, { transposeA, transposeB }: ProductAttributes): number[] {
  const rows = a.shape[a.shape.length - (transposeA ? 1 : 2)];
  const columns = b.shape[b.shape.length - (transposeB ? 2 : 1)];
  return [...broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns];
}

export const matrixProductKernels = [matMul, fusedMatMul] as const;
