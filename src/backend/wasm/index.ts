export { withoutInputGradients } from './constant-inputs.ts';
export { adamStep, sgdMomentumStep, sgdStep } from './optimizer-steps.ts';
export { registerWasmKernels, type WasmKernelsInfo } from './register-wasm-kernels.ts';
