// `npm run bench -- kernels`: our kernels beside tfjs-wasm's, on the wasm backend and in the engine, and where a training step spends its time.
// `npm run bench -- kernels int8 sparse`: of the engine's, these families of bench/products/.
import '@tensorflow/tfjs-backend-wasm';
import {
  backend,
  getKernel,
  getKernelsForBackend,
  type KernelConfig,
  losses,
  oneHot,
  randomNormal,
  ready,
  registerKernel,
  type Scalar,
  setBackend,
  type Tensor,
  type TensorInfo,
  tensor1d,
  tidy,
  unregisterKernel,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { registerWasmKernels, sgdStep, withoutInputGradients } from '../src/backend/wasm/index.ts';
import { textTable } from '../src/core/text-table.ts';
import { loadKernels } from '../src/kernels/index.ts';
import { buildModel } from './support/build-model.ts';
import { compareProducts } from './support/compare-products.ts';
import { interleave } from './support/interleave.ts';
import type { Report } from './support/report.ts';

const batchSize = 128;
const rounds = 15;

/** GFLOP/s of our float32 matrix product, in the kernels' own memory. @default 512 x 512 x 512 */
export async function measureMatmulRate(size = 512): Promise<number> {
  const { matmul } = await interleave(rounds, { matmul: await matmulRate(size) });
  return matmul;
}

async function matmulRate(size: number): Promise<() => number> {
  const kernels = await loadKernels();
  const [a, b, c] = [0, 1, 2].map(() => kernels.heap.allocate(size * size * 4));
  for (const matrix of [a, b]) kernels.floats(matrix, size * size).fill(0.5);
  return () => 2e-6 * (size ** 3 / milliseconds(() => kernels.gemm({ m: size, n: size, k: size, a, b, c })));
}

/** Ours and tfjs' in turns. @param families of the engine's kernels; without them everything */
export async function run(report: Report, families: readonly string[]): Promise<void> {
  await compareProducts(report, families);
  if (families.length === 0) await compareTrainingKernels(report);
}

async function compareTrainingKernels(report: Report): Promise<void> {
  await setBackend('wasm');
  await ready();
  const stock = getKernel('BatchMatMul', 'wasm');
  const { flavour } = await registerWasmKernels();
  const rate = await compareMatrixProducts(report, stock, flavour);
  for (const name of ['lenet5', 'lenet5-classic'] as const) measureTraining(report, name, buildModel(name), rate);
}

async function compareMatrixProducts(report: Report, stock: KernelConfig, flavour: string): Promise<number> {
  const size = 512;
  const [a, b] = [randomNormal([size, size]), randomNormal([size, size])];
  const ours = getKernel('BatchMatMul', 'wasm');
  const wasm = backend();
  const product = (kernel: KernelConfig) => () => {
    const time = milliseconds(() =>
      wasm.disposeData(
        (kernel.kernelFunc({ inputs: { a, b }, attrs: { transposeA: false, transposeB: false }, backend: wasm }) as TensorInfo).dataId,
      ),
    );
    return (2e-6 * size ** 3) / time;
  };
  const rates = await interleave(rounds, { own: await matmulRate(size), ours: product(ours), tfjs: product(stock) });
  const peer = { name: 'tfjs-wasm', value: rates.tfjs };
  report.add({ case: `matrix product ${size}, ${flavour}`, metric: 'GFLOP/s', ours: rates.ours, peer });
  return rates.own;
}

/** Images per second of a training step with plain gradient descent, its share of the matrix product's rate, and its time by kernel. */
function measureTraining(report: Report, name: string, model: LayersModel, rate: number): void {
  const variables = model.trainableWeights.map((weight) => weight.read() as Variable);
  const images = randomNormal([batchSize, 28, 28, 1]);
  const labels = oneHot(
    tensor1d(
      Array.from({ length: batchSize }, (_, index) => index % 10),
      'int32',
    ),
    10,
  );
  const step = () =>
    tidy(() => {
      const loss = () => losses.softmaxCrossEntropy(labels, model.apply(images, { training: true }) as Tensor) as Scalar;
      const { value, grads } = withoutInputGradients(() => variableGrads(loss, variables));
      for (const variable of variables) sgdStep(variable, grads[variable.name], 0.001);
      value.dataSync();
    });
  const times = Array.from({ length: 60 }, () => milliseconds(step)).sort((a, b) => a - b);
  const median = times[times.length >> 1];
  report.add({ case: `${name}, one step of ${batchSize}`, metric: 'images/s', ours: (batchSize / median) * 1000 });
  const flops = stepFlops(model);
  const peer = { name: 'of the product alone', value: rate };
  report.add({ case: `${name}, one step of ${batchSize}`, metric: 'GFLOP/s', ours: flops / median / 1e6, peer });
  console.log(
    `\n${name}: ${median.toFixed(1)} ms a step\n${textTable([{ title: 'kernel' }, { title: 'ms', align: 'right' }], splitByKernel(step))}`,
  );
}

/** 2 x multiply-adds of the forward pass, the weights' gradients and the inputs' gradients, without the first layer's input gradient. */
function stepFlops(model: LayersModel): number {
  const perLayer = model.layers.flatMap((layer) => {
    const [kernel] = layer.trainableWeights;
    if (!kernel) return [];
    const pixels = (layer.outputShape as number[]).slice(1, -1).reduce((product, size) => product * size, 1);
    return [2 * batchSize * pixels * kernel.shape.reduce((product: number, size) => product * (size ?? 1), 1)];
  });
  return 3 * perLayer.reduce((sum, flops) => sum + flops, 0) - (perLayer[0] ?? 0);
}

/** Mean milliseconds a step that each kernel takes, the dearest first; kernels below 0.05 ms are left out. */
function splitByKernel(step: () => void): string[][] {
  const steps = 20;
  const spent = new Map<string, number>();
  const originals = getKernelsForBackend('wasm');
  const replace = (kernel: KernelConfig) => {
    unregisterKernel(kernel.kernelName, 'wasm');
    registerKernel(kernel);
  };
  for (const kernel of originals) {
    const kernelFunc: KernelConfig['kernelFunc'] = (call) => {
      const start = performance.now();
      const result = kernel.kernelFunc(call);
      spent.set(kernel.kernelName, (spent.get(kernel.kernelName) ?? 0) + performance.now() - start);
      return result;
    };
    replace({ ...kernel, kernelFunc });
  }
  for (let index = 0; index < steps; index++) step();
  for (const kernel of originals) replace(kernel);
  const means = [...spent].map(([name, total]) => [name, total / steps] as const).sort((a, b) => b[1] - a[1]);
  return means.filter(([, mean]) => mean >= 0.05).map(([name, mean]) => [name, mean.toFixed(2)]);
}

function milliseconds(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}
