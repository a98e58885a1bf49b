import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelOverride } from './kernel-call.ts';

/** A clone shares the values, as on tfjs' cpu backend; tfjs' wasm backend copies them, for every tensor that a gradient keeps. */
const identity: KernelOverride<{ x: TensorInfo }> = {
  kernelName: 'Identity',
  run({ inputs: { x }, backend }) {
    backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  },
};

export const identityKernels = [identity] as const;
