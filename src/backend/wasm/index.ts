export { withoutInputGradients } from './constant-inputs.ts';
export { normalizeBatch } from './normalize-batch.ts';
export { adamStep, sgdMomentumStep, sgdStep } from './optimizer-steps.ts';
export { type PooledConvolution, pooledConv2d } from './pooled-conv2d.ts';
export { registerWasmKernels, type WasmKernelsInfo } from './register-wasm-kernels.ts';
