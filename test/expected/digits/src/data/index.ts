import { createDataLoaders } from 'dl-project/data';
import type { Config } from '../project.ts';
import { syntheticDigits } from './synthetic-digits.ts';

/** The datasets that config.ts may name. */
export const datasets = [syntheticDigits] as const;

/** Training, validation and test batches. The test data is read only when `test()` is called. */
export function getDataLoaders(config: Config) {
  return createDataLoaders(datasets, config.data, { seed: config.seed });
}
