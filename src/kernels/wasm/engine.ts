/** Everything the engine's module exports; addresses are in bytes, counts in floats unless they say bytes. The module holds no data of its own. */

export { averagePool } from './average-pool';
export { binaryConv2d } from './binary';
export { combineAll, rectifyRows, scaleRows } from './combine';
export { conv2d, conv2dScratchBytes } from './conv2d';
export { clear, copyRuns, gatherRows } from './copy-runs';
export { activateCurve } from './curves';
export { depthwiseConv2d } from './depthwise-conv2d';
export { activateAll, addAll } from './elementwise';
export { fusedDepthwiseConv2d } from './fused-depthwise-conv2d';
export { gemm, gemmScratchBytes, vectorProduct } from './gemm';
export { int8Conv2d, int8GroupNumbers, int8ScratchBytes } from './int8';
export { int8Winograd, int8WinogradScratchBytes } from './int8-winograd';
export { maxPool } from './max-pool';
export { packedBytes, packPanels, packRows, padVector } from './pack';
export { addBias, softmax } from './rows';
export { pairVectors } from './shared-sums';
export { sparseConv2d, sparseGemm } from './sparse';
export { sparseBlockVectors, sparseVectors } from './sparse-vector';
export { normalizeRows, roundRows, scaledSigns } from './whole-rows';
export { winograd, winogradScratchBytes } from './winograd';
