// Times products beside tfjs-wasm in this Node: `products-program.ts <flavour> <family> ...`; prints a measurement a line, as JSON.
import { loadEngineKernels } from '../../src/kernels/engine-kernels.ts';
import type { WasmFlavour } from '../../src/kernels/load-build.ts';
import { productCases } from '../products/product-cases.ts';
import { measureProduct } from './measure-product.ts';
import type { Measurement } from './report.ts';

const [flavour, ...families] = process.argv.slice(2) as [WasmFlavour, ...string[]];
for (const one of families.flatMap((family) => productCases[family])) {
  // A memory of their own for each: it only grows.
  const kernels = await loadEngineKernels({ flavour });
  const { ours, peer } = await measureProduct(one, kernels);
  const measurement: Measurement = {
    case: `${one.kernel.name}, ${flavour}: ${one.name}, batch ${one.batch}`,
    metric: 'us',
    ours,
    peer: { name: one.peer ?? 'tfjs-wasm', value: peer },
    higherIsBetter: false,
    targetRatio: one.target?.[flavour],
  };
  console.log(JSON.stringify(measurement));
}
