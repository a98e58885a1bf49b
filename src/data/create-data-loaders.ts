import type { LoadingSettings } from '../config/config-types.ts';
import type { PartConfig } from '../config/part.ts';
import { DlError } from '../core/errors.ts';
import { findByName } from '../core/registry.ts';
import { DataLoader } from './data-loader.ts';
import type { DatasetDefinition, LoadContext } from './define-dataset.ts';
import type { Features } from './features.ts';
import { splitPositions } from './split.ts';

/** What the scripts of a project work with. */
export interface DataLoaders {
  /** What the model must know of the data. */
  readonly features: Features;
  /** Shuffled anew in every epoch. */
  readonly train: DataLoader;
  /** Undefined where `validationSplit` is 0. */
  readonly validation: DataLoader | undefined;
  /** Reads the test data when first called; later calls give the same loader. */
  test(): Promise<DataLoader>;
}

/**
 * Loads the dataset that `settings.name` names and cuts it into training, validation and test batches.
 * Which samples validate and in which order the others train follows from `seed` alone.
 * @param root folder where relative paths of the options start. @default the current folder
 * @throws DlError `config` for a batch size below 1 or a split outside [0, 1), `refused` for a split that leaves a side empty
 */
export async function createDataLoaders<const Definitions extends readonly DatasetDefinition[]>(
  datasets: Definitions,
  settings: PartConfig<Definitions[number]> & LoadingSettings,
  { seed, root = process.cwd() }: { readonly seed: number; readonly root?: string },
): Promise<DataLoaders> {
  const { name, batchSize, validationSplit, ...options } = settings as { name: string } & LoadingSettings;
  if (!(validationSplit >= 0 && validationSplit < 1)) {
    throw new DlError('config', `data.validationSplit is ${validationSplit}; it must be at least 0 (no validation) and below 1.`);
  }
  const definition = findByName('dataset', datasets, name);
  const context: LoadContext = { root, split: (samples) => splitPositions(samples, validationSplit, seed) };
  const source = await definition.load({ ...definition.defaults, ...options }, context);
  const split = context.split(source.train);
  let test: Promise<DataLoader> | undefined;
  return {
    features: source.train.features,
    train: new DataLoader(source.train, { batchSize, shuffleSeed: seed, positions: split.train }),
    validation:
      split.validation.length > 0
        ? new DataLoader(source.train, { batchSize, part: 'validation', positions: split.validation })
        : undefined,
    test() {
      test ??= source
        .test()
        .then((dataset) => new DataLoader(dataset, { batchSize, part: 'test' }))
        .catch((error) => {
          test = undefined; // so that a later call tries again
          throw error;
        });
      return test;
    },
  };
}
