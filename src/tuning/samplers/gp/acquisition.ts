import type { GaussianProcess } from './gaussian-process.ts';
import { logExpectedImprovement, logProbability } from './log-expected-improvement.ts';

/** What trying a point is worth; higher is better. */
export interface Acquisition {
  value(point: Float64Array): number;
  withGradient(point: Float64Array): { readonly value: number; readonly gradient: Float64Array };
}

/** A limit that trials should keep: a process whose function has to be above a threshold. */
export interface Limit {
  readonly process: GaussianProcess;
  readonly threshold: number;
}

/** One summand: a function of what a process says of a point, with its slopes. */
interface Term {
  readonly process: GaussianProcess;
  score(mean: number, deviation: number): { readonly value: number; readonly byMean: number; readonly byDeviation: number };
}

/**
 * The logarithm of the expected improvement over the best value (Jones et al. 1998; Ament et al. 2023); with limits, times the
 * probability that they are kept (Gardner et al. 2014).
 * @param best undefined where no trial keeps the limits: then only they count
 */
export function acquisition(process: GaussianProcess, best: number | undefined, limits: readonly Limit[]): Acquisition {
  const terms: Term[] = limits.map((limit) => ({ process: limit.process, score: kept(limit.threshold) }));
  if (best !== undefined) terms.push({ process, score: improvement(best) });
  return {
    value: (point) =>
      terms.reduce((sum, { process: one, score }) => {
        const { mean, deviation } = one.posterior(point);
        return sum + score(mean, deviation).value;
      }, 0),
    withGradient(point) {
      let value = 0;
      const gradient = new Float64Array(point.length);
      for (const { process: one, score } of terms) {
        const posterior = one.posterior(point);
        const slopes = one.posteriorGradient(point, posterior);
        const term = score(posterior.mean, posterior.deviation);
        value += term.value;
        for (let k = 0; k < gradient.length; k++) gradient[k] += term.byMean * slopes.mean[k] + term.byDeviation * slopes.deviation[k];
      }
      return { value, gradient };
    },
  };
}

function improvement(best: number): Term['score'] {
  return (mean, deviation) => {
    const z = (mean - best) / deviation;
    const { value, slope } = logExpectedImprovement(z);
    return { value: value + Math.log(deviation), byMean: slope / deviation, byDeviation: (1 - z * slope) / deviation };
  };
}

function kept(threshold: number): Term['score'] {
  return (mean, deviation) => {
    const z = (mean - threshold) / deviation;
    const { value, slope } = logProbability(z);
    return { value, byMean: slope / deviation, byDeviation: (-z * slope) / deviation };
  };
}
