import type { Address, KernelActivation } from './address.ts';
import type { PoolShape } from './kernel-arguments.ts';
import type { WindowShape } from './window-shape.ts';

// The order in which the compiled functions take sizes.

export const activationNumbers: Readonly<Record<KernelActivation, number>> = { linear: 0, relu: 1, relu6: 2 };

export function biasBytes(bias: Address | undefined, count: number): number {
  return bias === undefined ? 0 : Math.ceil(count / 8) * 32;
}

/** A 1x1 convolution is a matrix product. */
export function isPointwise(s: WindowShape): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft, inHeight, outHeight, inWidth, outWidth } = s;
  const single = filterHeight === 1 && filterWidth === 1 && strideHeight === 1 && strideWidth === 1;
  return single && padTop === 0 && padLeft === 0 && inHeight === outHeight && inWidth === outWidth;
}

type Four = [number, number, number, number];
type Six = [number, number, number, number, number, number];

export function imageSizes(s: WindowShape): Six {
  return [s.batch, s.inHeight, s.inWidth, s.inChannels, s.filterHeight, s.filterWidth];
}

export function steps(s: WindowShape): Four {
  return [s.strideHeight, s.strideWidth, s.padTop, s.padLeft];
}

export function convSizes(s: WindowShape): [...Six, number, number, number, ...Four] {
  return [...imageSizes(s), s.outHeight, s.outWidth, s.outChannels, ...steps(s)];
}

export function pooledSizes(s: WindowShape, { outHeight, outWidth }: PoolShape): [...Six, number, number, number, ...Four, number] {
  return [...convSizes(s), outHeight * outWidth];
}

export function depthwiseSizes(s: WindowShape): [...Four, number, number, number, number, number, ...Four] {
  const image: Four = [s.batch, s.inHeight, s.inWidth, s.inChannels];
  return [...image, s.outChannels / s.inChannels, s.filterHeight, s.filterWidth, s.outHeight, s.outWidth, ...steps(s)];
}

export function poolSizes(s: WindowShape): [...Six, number, number, ...Four] {
  return [...imageSizes(s), s.outHeight, s.outWidth, ...steps(s)];
}
