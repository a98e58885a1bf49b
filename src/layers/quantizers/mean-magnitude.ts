import { abs, div, matMul, maximum, mul, ones, reshape, sum, type Tensor } from '@tensorflow/tfjs-core';

/** One scale for a whole kernel, or one per output channel: the last axis. */
export type ScalePer = 'layer' | 'channel';

/**
 * The mean magnitude of `x` where `q` (of -1, 0, 1) is not 0: the scale a for which `a * q` is nearest to `x`, if the signs agree.
 * @param q @default nowhere 0
 * @returns shape `[1]` or `[channels]`
 */
export function meanMagnitude(x: Tensor, per: ScalePer, q?: Tensor): Tensor {
  const total = per === 'layer' ? totalOf : totalsOfChannels;
  if (!q) return div(total(abs(x)), per === 'layer' ? x.size : x.size / x.shape[x.rank - 1]);
  const kept = abs(q);
  return div(total(mul(abs(x), kept)), maximum(total(kept), 1));
}

function totalOf(x: Tensor): Tensor {
  return reshape(sum(x), [1]);
}

/** As a product: sums over the first axes are slow. */
function totalsOfChannels(x: Tensor): Tensor {
  const channels = x.shape[x.rank - 1];
  const rows = x.size / channels;
  return reshape(matMul(ones([1, rows]), reshape(x, [rows, channels])), [channels]);
}
