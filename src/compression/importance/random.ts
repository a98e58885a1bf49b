import type { WeightImportance } from './importance.ts';

/** Any weight is as good as another: what the other criteria have to beat. Drawn from the recipe's seed. */
export const random = {
  name: 'random',
  needs: 'nothing',
  scores: ({ kernels, random: stream }) =>
    new Map(
      kernels.map(({ name, variable }) => {
        const draw = (value: number) => (1 - stream.uniform()) * (value === 0 ? 0 : 1);
        return [name, (variable.dataSync() as Float32Array).map(draw)];
      }),
    ),
} as const satisfies WeightImportance;
