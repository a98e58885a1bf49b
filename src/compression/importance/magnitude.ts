import type { WeightImportance } from './importance.ts';

/** |w|: small weights matter little (Han et al., 2015). */
export const magnitude = {
  name: 'magnitude',
  needs: 'nothing',
  scores: ({ kernels }) => new Map(kernels.map(({ name, variable }) => [name, (variable.dataSync() as Float32Array).map(Math.abs)])),
} as const satisfies WeightImportance;
