import type { KernelFlavour } from '../kernels/inference-kernels.ts';
import type { Product } from './product.ts';
import type { ProductKernel } from './product-kernel.ts';
import { float32 } from './product-kernels/float32.ts';
import { productKernels } from './product-kernels.ts';
import type { Step } from './step.ts';

/** Samples that are computed together: one, or as many as `predict` takes at once. */
export const batchSizes = { single: 1, many: 64 } as const;

/** How many samples a kernel is chosen for. */
export type BatchKind = keyof typeof batchSizes;

/** The kernel of a product, and in words why it and no other. */
export interface KernelChoice {
  readonly kernel: ProductKernel;
  /** `6.1 us, float32 13 us` */
  readonly why: string;
}

/** The kernels of one product. */
export type StepChoices = Readonly<Record<BatchKind, KernelChoice>>;

/** Kernels by the name of the product's first layer: what measuring has found. Plain JSON. */
export type KernelChoices = Readonly<Record<string, Readonly<Record<BatchKind, MeasuredKernel>>>>;

/** The fastest kernel of a product. */
export interface MeasuredKernel {
  readonly kernel: string;
  /** Of every kernel that computes the product, for one call. @default unknown */
  readonly microseconds?: Readonly<Record<string, number>>;
}

/** The kernels of a step's product: those that were chosen before, else the cheapest. Undefined for a step without one. */
export function chooseKernels(step: Step, flavour: KernelFlavour, choices: KernelChoices): StepChoices | undefined {
  const product = step.product?.();
  if (!product) return undefined;
  const able = kernelsFor(product, flavour);
  const choose = (kind: BatchKind): KernelChoice => {
    const measured = choices[step.layers[0]]?.[kind];
    const kernel = able.find(({ name }) => name === measured?.kernel);
    if (!kernel || !measured) return cheapestKernel(product, kind, flavour, able);
    const times = Object.entries(measured.microseconds ?? {}).sort(([, a], [, b]) => a - b);
    return { kernel, why: times.length > 1 ? `measured ${describeTimes(times)}` : '' };
  };
  return { single: choose('single'), many: choose('many') };
}

/** How much of float32's estimate another kernel's may be to be taken: estimates are that far off, and nothing is to be slower than dense. */
const clearlyLess = 0.85;

/** The kernel of the least estimated cost; float32 where none is clearly cheaper. @param able @default all that compute the product */
export function cheapestKernel(
  product: Product,
  kind: BatchKind,
  flavour: KernelFlavour,
  able: readonly ProductKernel[] = kernelsFor(product, flavour),
): KernelChoice {
  if (able.length === 1) return { kernel: able[0], why: '' };
  const costs = able.map((kernel) => ({ kernel, microseconds: kernel.cost(product, batchSizes[kind], flavour) }));
  const dense = costs.find(({ kernel }) => kernel === float32)?.microseconds ?? Number.POSITIVE_INFINITY;
  const rank = ({ kernel, microseconds }: (typeof costs)[number]) => (kernel === float32 ? clearlyLess * dense : microseconds);
  costs.sort((a, b) => rank(a) - rank(b));
  return { kernel: costs[0].kernel, why: `estimated ${describeTimes(costs.map((one) => [one.kernel.name, one.microseconds]))}` };
}

/** Every kernel that computes the product. */
export function kernelsFor(product: Product, flavour: KernelFlavour): readonly ProductKernel[] {
  return productKernels.filter((kernel) => kernel.refuses(product, flavour) === undefined);
}

/** `6.1 us, float32 13.2 us`: the first one without its name. */
export function describeTimes(times: readonly (readonly [name: string, microseconds: number])[]): string {
  return times.map(([name, time], index) => `${index === 0 ? '' : `${name} `}${Number(time.toPrecision(2))} us`).join(', ');
}
