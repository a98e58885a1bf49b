type Numbers<Count extends number, List extends number[] = []> = List['length'] extends Count ? List : Numbers<Count, [...List, number]>;
type WasmFunction<Count extends number, Result = void> = (...values: Numbers<Count>) => Result;

/** What `wasm/index.ts` exports, as compiled; `kernels.ts` gives it names and scratch memory. */
export interface KernelExports {
  readonly packPanels: WasmFunction<5>;
  readonly padVector: WasmFunction<4>;
  readonly gemm: WasmFunction<11>;
  readonly gemmScratchBytes: WasmFunction<3, number>;
  readonly vectorProduct: WasmFunction<9>;
  readonly conv2d: WasmFunction<19>;
  readonly conv2dScratchBytes: WasmFunction<12, number>;
  readonly conv2dInputGradient: WasmFunction<17>;
  readonly conv2dInputGradientScratchBytes: WasmFunction<12, number>;
  readonly conv2dFilterGradient: WasmFunction<17>;
  readonly conv2dFilterGradientScratchBytes: WasmFunction<8, number>;
  readonly depthwiseConv2d: WasmFunction<16>;
  readonly depthwiseConv2dInputGradient: WasmFunction<16>;
  readonly depthwiseConv2dFilterGradient: WasmFunction<16>;
  readonly pooledConv2d: WasmFunction<26>;
  readonly pooledConv2dScratchBytes: WasmFunction<13, number>;
  readonly pooledConv2dFilterGradient: WasmFunction<20>;
  readonly pooledConv2dInputGradient: WasmFunction<19>;
  readonly pooledConv2dGradientScratchBytes: WasmFunction<14, number>;
  readonly maxPool: WasmFunction<14>;
  readonly maxPoolGradient: WasmFunction<15>;
  readonly averagePool: WasmFunction<14>;
  readonly averagePoolGradient: WasmFunction<14>;
  readonly activateAll: WasmFunction<4>;
  readonly reluGradient: WasmFunction<5>;
  readonly addAll: WasmFunction<4>;
  readonly sumRows: WasmFunction<4>;
  readonly addBias: WasmFunction<5>;
  readonly softmax: WasmFunction<4>;
  readonly segmentSum: WasmFunction<6>;
  readonly adamStep: WasmFunction<12>;
  readonly momentumStep: WasmFunction<7>;
  readonly gradientStep: WasmFunction<4>;
}
