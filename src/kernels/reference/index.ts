export { batchNorm, batchNormGradient } from './batch-norm.ts';
export { conv2d, conv2dFilterGradient, conv2dInputGradient } from './conv2d.ts';
export { depthwiseConv2d, depthwiseConv2dFilterGradient, depthwiseConv2dInputGradient } from './depthwise-conv2d.ts';
export { reluGradient } from './elementwise.ts';
export { gemm } from './gemm.ts';
export { int8Conv2d, int8DepthwiseConv2d, int8Gemm } from './int8-sums.ts';
export { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from './pool.ts';
export { dequantize, requantize } from './requantize.ts';
export { segmentSum, softmax, sumRows } from './rows.ts';
