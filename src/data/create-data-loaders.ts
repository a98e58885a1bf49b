import type { LoadingSettings } from '../config/config-types.ts';
import type { PartConfig } from '../config/part.ts';
import { DlError } from '../core/errors.ts';
import { findByName } from '../core/registry.ts';
import { DataLoader, type DataPart } from './data-loader.ts';
import type { Dataset } from './dataset.ts';
import type { DataSource, DatasetDefinition, LoadContext } from './define-dataset.ts';
import type { Features } from './features.ts';
import { resolveClassWeights } from './sampling/class-weights.ts';
import { kFoldPositions, type Split, splitPositions } from './split.ts';

/** What the scripts of a project work with. */
export interface DataLoaders {
  /** What the model must know of the data. */
  readonly features: Features;
  /** Shuffled and augmented anew in every epoch. */
  readonly train: DataLoader;
  /** Undefined where `validationSplit` is 0 and the data has no validation set of its own. */
  readonly validation: DataLoader | undefined;
  /** Reads the test data when first called; later calls give the same loader. */
  test(): Promise<DataLoader>;
}

/**
 * Loads the dataset that `settings.name` names and cuts it into training, validation and test batches.
 * Which samples validate and in which order the others train follows from `seed` alone.
 * @param root folder where relative paths of the options start. @default the current folder
 * @throws DlError `config` for settings that cannot be or do not fit the data, `refused` for a split that leaves a side empty
 */
export async function createDataLoaders<const Definitions extends readonly DatasetDefinition[]>(
  datasets: Definitions,
  settings: PartConfig<Definitions[number]> & LoadingSettings,
  { seed, root = process.cwd() }: { readonly seed: number; readonly root?: string },
): Promise<DataLoaders> {
  const {
    batchSize,
    validationSplit,
    folds = 0,
    fold = 0,
    stratifyFolds,
    shuffleFolds,
    foldSeed = seed,
    sampling,
    classWeights = 'none',
    augmentation,
    workers = 'auto',
    ...part
  } = settings;
  const { name, ...options } = part as { name: string };
  if (!(validationSplit >= 0 && validationSplit < 1)) {
    throw new DlError('config', `data.validationSplit is ${validationSplit}; it must be at least 0 (no validation) and below 1.`);
  }
  if (folds > 0 && !(Number.isInteger(fold) && fold >= 0 && fold < folds)) {
    throw new DlError('config', `data.fold is ${fold}; with data.folds ${folds} it must be a whole number from 0 to ${folds - 1}.`);
  }
  const splitOf = (samples: Parameters<LoadContext['split']>[0]): Split =>
    folds > 0
      ? kFoldPositions(samples, folds, foldSeed, { stratified: stratifyFolds, shuffle: shuffleFolds })[fold]
      : splitPositions(samples, validationSplit, seed);
  const definition = findByName('dataset', datasets, name);
  const source = await definition.load({ ...definition.defaults, ...options }, { root, split: splitOf });
  const split = source.validation || source.train.stream ? undefined : splitOf(source.train);
  if (source.train.stream) refuseSplitOfStream(source, validationSplit, folds);

  const positions = split?.train;
  const judged = (dataset: Dataset, judgedPart: DataPart, some?: Uint32Array) =>
    new DataLoader(dataset, { batchSize, part: judgedPart, positions: some, workers });
  const held = split && split.validation.length > 0 ? judged(source.train, 'validation', split.validation) : undefined;
  let test: Promise<DataLoader> | undefined;
  return {
    features: source.train.features,
    train: new DataLoader(source.train, {
      batchSize,
      shuffleSeed: seed,
      positions,
      sampling,
      augmentation,
      classWeights: resolveClassWeights(classWeights, source.train, positions ?? everyPosition(source.train)),
      workers,
    }),
    validation: source.validation ? judged(source.validation, 'validation') : held,
    test() {
      test ??= source
        .test()
        .then((dataset) => judged(dataset, 'test'))
        .catch((error) => {
          test = undefined; // so that a later call tries again
          throw error;
        });
      return test;
    },
  };
}

function everyPosition({ length }: Dataset): Uint32Array {
  return Uint32Array.from({ length }, (_, i) => i);
}

function refuseSplitOfStream({ validation }: DataSource, validationSplit: number, folds: number): void {
  if (folds > 0 || (!validation && validationSplit > 0)) {
    const setting = folds > 0 ? 'data.folds=0' : 'data.validationSplit=0';
    throw new DlError('config', `A stream cannot be split: give its DataSource a \`validation\` of its own, or set ${setting}.`);
  }
}
