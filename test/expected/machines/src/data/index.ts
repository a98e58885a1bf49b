import { createDataLoaders } from 'dl-project/data';
import type { Config } from '../project.ts';
import { syntheticMachines } from './synthetic-machines.ts';

/** The datasets that config.ts may name. */
export const datasets = [syntheticMachines] as const;

/** Training, validation and test batches. The test data is read only when `test()` is called. */
export function getDataLoaders(config: Config) {
  return createDataLoaders(datasets, config.data, { seed: config.seed });
}
