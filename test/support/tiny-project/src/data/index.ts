import { createDataLoaders } from 'dl-project/data';
import type { Config } from '../project.ts';
import { corners } from './corners.ts';

export const datasets = [corners] as const;

export function getDataLoaders(config: Config) {
  return createDataLoaders(datasets, config.data, { seed: config.seed });
}
