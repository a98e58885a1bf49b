import type { KernelOptions, Kernels } from './kernels.ts';

/** A kernel of choices prefers the one that was observed; the prior has no preference. */
export function choiceKernels(choices: number, observed: Float64Array, { priorWeight }: Pick<KernelOptions, 'priorWeight'>): Kernels {
  const kernels = observed.length + 1;
  const share = priorWeight / kernels;
  const total = share * choices + 1;
  const [chosen, other] = [Math.log((1 + share) / total), Math.log(share / total)];
  const any = priorWeight > 0 || observed.length === 0 ? -Math.log(choices) : Number.NEGATIVE_INFINITY;
  return {
    addLogDensities(points, table) {
      points.forEach((point, row) => {
        const start = row * kernels;
        for (let k = 0; k < observed.length; k++) table[start + k] += observed[k] === point ? chosen : other;
        table[start + observed.length] += any;
      });
    },
    draw(kernel, random) {
      if (kernel === observed.length) return random.integer(choices);
      return random.uniform() < 1 / total ? observed[kernel] : random.integer(choices);
    },
  };
}
