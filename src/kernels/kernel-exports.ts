type Numbers<Count extends number, List extends number[] = []> = List['length'] extends Count ? List : Numbers<Count, [...List, number]>;
type KernelFunction<Count extends number, Result = void> = (...values: Numbers<Count>) => Result;

/** What a model needs to predict in float32; every build has it. */
export interface InferenceExports {
  readonly packedBytes: KernelFunction<2, number>;
  readonly packPanels: KernelFunction<5>;
  readonly padVector: KernelFunction<4>;
  readonly gemm: KernelFunction<11>;
  readonly gemmScratchBytes: KernelFunction<3, number>;
  readonly vectorProduct: KernelFunction<9>;
  readonly conv2d: KernelFunction<19>;
  readonly conv2dScratchBytes: KernelFunction<12, number>;
  readonly depthwiseConv2d: KernelFunction<16>;
  readonly maxPool: KernelFunction<14>;
  readonly averagePool: KernelFunction<14>;
  readonly activateAll: KernelFunction<4>;
  readonly addAll: KernelFunction<4>;
  readonly addBias: KernelFunction<5>;
  readonly scaleRows: KernelFunction<7>;
  readonly softmax: KernelFunction<4>;
}

/** What `wasm/training.ts` and `native/addon.cpp` export, as compiled; `kernels.ts` gives it names and scratch memory. */
export interface KernelExports extends InferenceExports {
  readonly winogradConv2d: KernelFunction<16>;
  readonly winogradConv2dScratchBytes: KernelFunction<2, number>;
  readonly conv2dInputGradient: KernelFunction<17>;
  readonly conv2dInputGradientScratchBytes: KernelFunction<12, number>;
  readonly conv2dFilterGradient: KernelFunction<17>;
  readonly conv2dFilterGradientScratchBytes: KernelFunction<8, number>;
  readonly depthwiseConv2dInputGradient: KernelFunction<16>;
  readonly depthwiseConv2dFilterGradient: KernelFunction<16>;
  readonly pooledConv2d: KernelFunction<26>;
  readonly pooledConv2dScratchBytes: KernelFunction<13, number>;
  readonly pooledConv2dFilterGradient: KernelFunction<20>;
  readonly pooledConv2dInputGradient: KernelFunction<19>;
  readonly pooledConv2dGradientScratchBytes: KernelFunction<14, number>;
  readonly maxPoolGradient: KernelFunction<15>;
  readonly averagePoolGradient: KernelFunction<14>;
  readonly reluGradient: KernelFunction<5>;
  readonly sumRows: KernelFunction<4>;
  readonly segmentSum: KernelFunction<6>;
  readonly batchNorm: KernelFunction<10>;
  readonly batchNormGradient: KernelFunction<13>;
  readonly adamStep: KernelFunction<12>;
  readonly momentumStep: KernelFunction<7>;
  readonly gradientStep: KernelFunction<4>;
}

/** What `wasm/engine.ts` exports: beside float32, the kernels that use what compression has made of the weights. */
export interface EngineExports extends InferenceExports {
  readonly binaryConv2d: KernelFunction<22>;
  readonly sparseGemm: KernelFunction<15>;
  readonly sparseConv2d: KernelFunction<25>;
  readonly pairVectors: KernelFunction<10>;
  readonly sparseVectors: KernelFunction<9>;
  readonly sparseBlockVectors: KernelFunction<9>;
  readonly activateCurve: KernelFunction<7>;
  readonly combineAll: KernelFunction<6>;
  readonly clear: KernelFunction<2>;
  readonly copyRuns: KernelFunction<15>;
  readonly gatherRows: KernelFunction<6>;
  readonly fusedDepthwiseConv2d: KernelFunction<18>;
  readonly normalizeRows: KernelFunction<5>;
  readonly packRows: KernelFunction<6>;
  readonly rectifyRows: KernelFunction<5>;
  readonly roundRows: KernelFunction<6>;
  readonly scaledSigns: KernelFunction<4>;
  readonly int8GroupNumbers: KernelFunction<0, number>;
  readonly int8Conv2d: KernelFunction<20>;
  readonly int8ScratchBytes: KernelFunction<12, number>;
  readonly int8Winograd: KernelFunction<17>;
  readonly int8WinogradScratchBytes: KernelFunction<4, number>;
  readonly winograd: KernelFunction<17>;
  readonly winogradScratchBytes: KernelFunction<7, number>;
}
