export type { Batch, Dataset } from './dataset.ts';
export { type DataSource, type DatasetDefinition, defineDataset, type LoadContext } from './define-dataset.ts';
export type { ColumnPreprocessing, Features, Preprocessing } from './features.ts';
