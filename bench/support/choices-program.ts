// Times the kernels that the engine chooses beside its dense float32: `choices-program.ts <flavour> <packed file> ...`; prints a
// `ComparedChoice` a line, as JSON. Where float32 is chosen there is nothing to compare.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type BatchKind, batchSizes, cheapestKernel } from '../../src/inference/choose-kernel.ts';
import { checkFeatures } from '../../src/inference/model-features.ts';
import { planSteps } from '../../src/inference/plan-steps.ts';
import { density, type Product } from '../../src/inference/product.ts';
import { loadEngineKernels } from '../../src/kernels/engine-kernels.ts';
import type { WasmFlavour } from '../../src/kernels/load-build.ts';
import { readModelFile } from '../../src/packed/read-model-file.ts';
import type { ComparedChoice } from '../choices.ts';
import { measureProduct } from './measure-product.ts';

const [flavour, ...files] = process.argv.slice(2) as [WasmFlavour, ...string[]];
/** Products alike, which differ by their weights alone, are measured once. */
const seen = new Set<string>();

for (const path of files) {
  const file = readModelFile(new Uint8Array(readFileSync(path)));
  for (const step of planSteps(file, checkFeatures(file.features).inputShape)) {
    const product = step.product?.();
    if (!product) continue;
    for (const kind of Object.keys(batchSizes) as BatchKind[]) await compare(basename(path), step.layers[0], product, kind);
  }
}

async function compare(file: string, layer: string, product: Product, kind: BatchKind): Promise<void> {
  const { kernel } = cheapestKernel(product, kind, flavour);
  const { rows, k, n, windows } = product;
  const key = JSON.stringify([kind, kernel.name, rows, windows?.(1), k, n, density(product).toFixed(2)]);
  if (kernel.name === 'float32' || seen.has(key)) return;
  seen.add(key);
  // A memory of their own for each: it only grows.
  const kernels = await loadEngineKernels({ flavour });
  const batch = batchSizes[kind];
  const { ours, peer } = await measureProduct({ name: layer, kernel, product, batch, peer: 'our float32' }, kernels);
  const compared: ComparedChoice = { file, layer, batch, kernel: kernel.name, microseconds: ours, denseMicroseconds: peer };
  console.log(JSON.stringify(compared));
}
