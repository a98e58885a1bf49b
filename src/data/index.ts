export { createDataLoaders, type DataLoaders } from './create-data-loaders.ts';
export { DataLoader, type DataLoaderOptions } from './data-loader.ts';
export type { Batch, Dataset, RawSample } from './dataset.ts';
export { type DataSource, type DatasetDefinition, defineDataset, type LoadContext } from './define-dataset.ts';
export { type DrawDigitsOptions, drawDigits } from './digits/draw-digits.ts';
export type { ColumnPreprocessing, Features, Preprocessing } from './features.ts';
export { ImageDataset, type ImageDatasetOptions } from './image-dataset.ts';
export { type Sample, sampleAt } from './sample.ts';
export { type Split, splitPositions } from './split.ts';
