import '@tensorflow/tfjs-backend-wasm';
import { backend, getKernel, randomUniform, setBackend, type TensorInfo, tensor } from '@tensorflow/tfjs-core';
import type { Product } from '../../src/inference/product.ts';
import type { ProductKernel } from '../../src/inference/product-kernel.ts';
import { float32 } from '../../src/inference/product-kernels/float32.ts';
import type { EngineKernels } from '../../src/kernels/engine-kernels.ts';
import type { ProductCase } from '../products/product-case.ts';
import { interleave } from './interleave.ts';

const rounds = 15;
/** Calls are repeated until they have taken this long: shorter ones cannot be timed. */
const sliceMilliseconds = 1;
/** A measurement is the fastest of its slices: where others share the machine, that one ran undisturbed. */
const slices = 4;
/** As long as V8 may need to compile what runs often. */
const warmUpMilliseconds = 50;

/** Microseconds of one call, ours and the peer's, measured in turns: medians of what `timer` gives. */
export async function measureProduct({ kernel, product, batch, peer }: ProductCase, kernels: EngineKernels) {
  await setBackend('wasm');
  const ours = runOf(kernel, product, batch, kernels);
  const theirs = peer === 'our float32' ? runOf(float32, product, batch, kernels) : tfjsRunOf(product, batch);
  return interleave(rounds, { ours: timer(ours), peer: timer(theirs) });
}

function runOf(kernel: ProductKernel, product: Product, batch: number, kernels: EngineKernels): () => void {
  const inputs = inputShape(product, batch).reduce((count, size) => count * size, 1);
  const [input, output] = [kernels.heap.allocate(4 * inputs), kernels.heap.allocate(4 * batch * product.rows * product.n)];
  const run = kernel.compile(product, kernels);
  kernels.floats(input, inputs).set(randomUniform([inputs], -1, 1).dataSync());
  return () => run(input, output, batch);
}

/** The same with tfjs: its fused kernel, called as directly as it can be. */
function tfjsRunOf(product: Product, batch: number): () => void {
  const { k, n, windows, weights, bias, activation } = product;
  const wasm = backend();
  const shape = windows?.(batch);
  const x = randomUniform(inputShape(product, batch), -1, 1);
  const filter = tensor(weights, shape ? [shape.filterHeight, shape.filterWidth, shape.inChannels, n] : [1, k, n]);
  const inputs = shape ? { x, filter, bias: tensor(bias) } : { a: x, b: filter, bias: tensor(bias) };
  const samePadding = shape && shape.outHeight === Math.ceil(shape.inHeight / shape.strideHeight);
  const attrs = {
    activation,
    strides: [shape?.strideHeight ?? 1, shape?.strideWidth ?? 1],
    pad: samePadding ? 'same' : 'valid',
    dilations: [1, 1],
    dataFormat: 'NHWC',
    transposeA: false,
    transposeB: false,
  };
  const { kernelFunc } = getKernel(shape ? 'FusedConv2D' : '_FusedMatMul', 'wasm');
  return () => wasm.disposeData((kernelFunc({ inputs, attrs, backend: wasm }) as TensorInfo).dataId);
}

function inputShape({ rows, k, windows }: Product, batch: number): number[] {
  const shape = windows?.(batch);
  return shape ? [batch, shape.inHeight, shape.inWidth, shape.inChannels] : [1, batch * rows, k];
}

function timer(run: () => void): () => number {
  const start = performance.now();
  let warmUps = 0;
  for (; performance.now() - start < warmUpMilliseconds; warmUps++) run();
  const calls = Math.ceil((warmUps * sliceMilliseconds) / warmUpMilliseconds);
  const slice = () => {
    const begin = performance.now();
    for (let call = 0; call < calls; call++) run();
    return (1000 * (performance.now() - begin)) / calls;
  };
  return () => Math.min(...Array.from({ length: slices }, slice));
}
