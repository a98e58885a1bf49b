import { type EngineKernels, loadEngineKernels } from '../kernels/engine-kernels.ts';
import type { WasmFlavour } from '../kernels/load-build.ts';
import type { ReadModelFile } from '../packed/read-model-file.ts';
import { type BatchKind, batchSizes, type KernelChoices, kernelsFor, type MeasuredKernel } from './choose-kernel.ts';
import { checkFeatures } from './model-features.ts';
import { planSteps } from './plan-steps.ts';
import { density, type Product } from './product.ts';
import { sizeOf } from './step.ts';

/** Products that were measured by this process: the same shape with as many zeros is not measured again. */
const measured = new Map<string, MeasuredKernel>();

/**
 * Runs every kernel that computes a product of the model, for a single sample and for many, and notes the fastest: some milliseconds
 * a layer.
 * @param flavour @default the one that `loadModel` takes
 */
export async function measureKernels(file: ReadModelFile, flavour?: WasmFlavour): Promise<KernelChoices> {
  const { inputShape } = checkFeatures(file.features);
  // In a memory of their own, which is forgotten behind it.
  const kernels = await loadEngineKernels({ flavour });
  const choices: Record<string, Record<BatchKind, MeasuredKernel>> = {};
  for (const step of planSteps(file, inputShape)) {
    const product = step.product?.();
    if (!product) continue;
    const outputs = sizeOf(step.outputShape);
    choices[step.layers[0]] = { single: fastest(product, outputs, 'single', kernels), many: fastest(product, outputs, 'many', kernels) };
  }
  return choices;
}

function fastest(product: Product, outputs: number, kind: BatchKind, kernels: EngineKernels): MeasuredKernel {
  const { rows, k, n, windows, quantization, inputRange } = product;
  const able = kernelsFor(product, kernels.flavour);
  if (able.length === 1) return { kernel: able[0].name };
  const key = JSON.stringify([
    kind,
    kernels.flavour,
    able.map(({ name }) => name),
    rows,
    windows?.(1),
    k,
    n,
    density(product).toFixed(2),
    quantization?.bits,
    inputRange,
  ]);
  const known = measured.get(key);
  if (known !== undefined) return known;
  const batch = batchSizes[kind];
  const shape = windows?.(1);
  const inputs = batch * (shape ? shape.inHeight * shape.inWidth * shape.inChannels : rows * k);
  const [input, output] = [kernels.heap.allocate(4 * inputs), kernels.heap.allocate(4 * batch * outputs)];
  kernels.floats(input, inputs).forEach((_, index, all) => {
    all[index] = (index % 7) / 7;
  });
  const runs = able.map((kernel) => {
    const run = kernel.compile(product, kernels);
    return { name: kernel.name, best: Number.POSITIVE_INFINITY, run: () => run(input, output, batch) };
  });
  for (const { run } of runs) timeOf(run, 2);
  for (let round = 0; round < 7; round++) {
    for (const one of runs) one.best = Math.min(one.best, timeOf(one.run, kind === 'single' ? 20 : 2));
  }
  const fastest = runs.reduce((first, one) => (one.best < first.best ? one : first));
  const found = { kernel: fastest.name, microseconds: Object.fromEntries(runs.map(({ name, best }) => [name, 1e3 * best])) };
  measured.set(key, found);
  return found;
}

/** Milliseconds of one run, on average. */
function timeOf(run: () => void, times: number): number {
  const start = performance.now();
  for (let i = 0; i < times; i++) run();
  return (performance.now() - start) / times;
}
