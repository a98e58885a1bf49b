export { type BinarizeOptions, binarize } from './binarize.ts';
export { type CompressOptions, compressModel } from './compress-model.ts';
export type { CompressionLayer, CompressionResult, CompressionRow, StepNote } from './compression-result.ts';
export { type CropInputOptions, cropInput } from './crop-input.ts';
export { type DependencyGraph, dependencyGraph, type UnitAxis, type UnitGroup, type UnitSetting } from './dependency-graph.ts';
export { type DistillOptions, distill } from './distill.ts';
export { factorize } from './factorize.ts';
export type { KernelChoice } from './few-values/chosen-kernels.ts';
export { findPackedModel, type PackedModelFile, packedModels } from './find-packed-model.ts';
export { type FineTuneOptions, fineTune } from './fine-tune.ts';
export { fuseLayers } from './fuse-layers.ts';
export { type HuffmanCodeOptions, huffmanCode } from './huffman-code.ts';
export { type InsertBottlenecksOptions, insertBottlenecks } from './insert-bottlenecks.ts';
export { iterate } from './iterate.ts';
export type { LayerFractions } from './layer-fractions.ts';
export { type LoadedLayersModel, loadLayersModel } from './load-layers-model.ts';
export { loadPredictor, type Predictor } from './load-predictor.ts';
export type { RankRule } from './low-rank/choose-ranks.ts';
export type { FactorizeOptions } from './low-rank/factorize-options.ts';
export { type Latency, type MeasureLatencyOptions, measureLatency, type Percentiles } from './measure-latency.ts';
export { type PackOptions, packModel } from './pack-model.ts';
export { type PipelineOptions, pipeline } from './pipeline.ts';
export { type PruneUnitsOptions, pruneUnits, type UnitImportanceName } from './prune-units.ts';
export { pruneWeights } from './prune-weights.ts';
export { type QuantizeOptions, quantize } from './quantize.ts';
export type { Speed, StepSpeed, Times } from './recipe/measure-speed.ts';
export { type RewindOptions, rewind } from './rewind.ts';
export { type SaveModelOptions, saveModel } from './save-model.ts';
export { type LayerSensitivity, measureSensitivity, type SensitivityOptions, type SensitivityTable, safeLevels } from './sensitivity.ts';
export { type ShareWeightsOptions, shareWeights } from './share-weights.ts';
export { type SlimOptions, slim } from './slim.ts';
export type { ActiveTechnique, RecipePosition, Technique, TechniqueContext, TechniqueNote, TrainingSettings } from './technique.ts';
export { recipeFrom, techniques } from './techniques.ts';
export { type TernarizeOptions, ternarize } from './ternarize.ts';
export type { PruneWeightsOptions } from './weight-pruning/prune-weights-options.ts';
export {
  constantSparsity,
  type PolynomialDecayOptions,
  polynomialDecay,
  type SparsitySchedule,
} from './weight-pruning/sparsity-schedule.ts';
export { type WinogradOptions, winograd } from './winograd.ts';
