/** Everything the module for training exports; addresses are in bytes, counts in floats unless they say bytes. The module holds no data of its own. */

export { averagePool, averagePoolGradient } from './average-pool';
export { batchNorm, batchNormGradient } from './batch-norm';
export { scaleRows } from './combine';
export { conv2d, conv2dScratchBytes } from './conv2d';
export { conv2dFilterGradient, conv2dFilterGradientScratchBytes } from './conv2d-filter-gradient';
export { conv2dInputGradient, conv2dInputGradientScratchBytes } from './conv2d-input-gradient';
export { depthwiseConv2d, depthwiseConv2dFilterGradient, depthwiseConv2dInputGradient } from './depthwise-conv2d';
export { activateAll, addAll, reluGradient } from './elementwise';
export { gemm, gemmScratchBytes, vectorProduct } from './gemm';
export { maxPool, maxPoolGradient } from './max-pool';
export { adamStep, gradientStep, momentumStep } from './optimizer-steps';
export { packedBytes, packPanels, padVector } from './pack';
export { pooledConv2d, pooledConv2dScratchBytes } from './pooled-conv2d';
export { pooledConv2dFilterGradient, pooledConv2dGradientScratchBytes, pooledConv2dInputGradient } from './pooled-conv2d-gradients';
export { winogradConv2d, winogradConv2dScratchBytes } from './winograd-conv2d';
export { addBias, segmentSum, softmax, sumRows } from './rows';
