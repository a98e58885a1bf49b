export type { Checkpoint, CheckpointContent, StoredCheckpoint, TrainedModel } from './checkpoint.ts';
export { bestCheckpointPath, lastCheckpointPath } from './checkpoint-paths.ts';
export { loadCheckpoint } from './load-checkpoint.ts';
export { loadBestModel, loadLastModel } from './load-run-model.ts';
export { loadWeightsInto, type NamedWeights, readWeights } from './model-weights.ts';
export { readCheckpoint } from './read-checkpoint.ts';
export { saveCheckpoint } from './save-checkpoint.ts';
