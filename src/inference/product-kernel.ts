import type { Address } from '../kernels/address.ts';
import type { EngineKernels } from '../kernels/engine-kernels.ts';
import type { KernelFlavour } from '../kernels/inference-kernels.ts';
import type { Product } from './product.ts';

/** Computes `[batch, rows, n]` at `output` from the batch's inputs at `input`, both float32 and channels last. They do not overlap. */
export type RunProduct = (input: Address, output: Address, batch: number) => void;

/**
 * One way to compute a product. A new one: its file in product-kernels/, a line in product-kernels.ts, its functions in
 * kernels/wasm/engine.ts and kernel-exports.ts. The planner takes the cheapest one that supports a product, or the fastest when it may measure.
 */
export interface ProductKernel {
  /** As `model.plan` shows it: `float32`, `int8`, `sparse`. */
  readonly name: string;
  /** Set where it rounds its inputs to the product's `inputRange`. @default false: it takes them as they are */
  readonly roundsInputs?: boolean;
  /** Undefined where it computes this product; else why not: `its weights are not whole numbers`. */
  refuses(product: Product, flavour: KernelFlavour): string | undefined;
  /** Microseconds for one call with `batch` samples, on the machine the other estimates are for: only their order counts. */
  cost(product: Product, batch: number, flavour: KernelFlavour): number;
  /** Brings the weights into the kernel's order in the engine's memory, once. What it returns allocates nothing but scratch. */
  compile(product: Product, kernels: EngineKernels): RunProduct;
}
