import { minimize } from '../linear-algebra/minimize.ts';
import { GaussianProcess, type KernelParameters, type Observations } from './gaussian-process.ts';

/** Below it the kernel is not positive to rounding. */
const leastNoise = 1e-6;

/**
 * The process whose kernel explains the observations best: most likely parameters, with priors that keep length scales near the
 * range's, the variance near 1 and the noise small (those of Optuna's GPSampler).
 */
export function fitProcess(observations: Observations): GaussianProcess {
  const sides = observations.isChoice.length;
  const at = (logs: Float64Array): KernelParameters => ({
    inverseSquaredLengths: logs.slice(0, sides).map(Math.exp),
    scale: Math.exp(logs[sides]),
    noise: leastNoise + Math.exp(logs[sides + 1]),
  });
  const loss = (logs: Float64Array) => {
    const parameters = at(logs);
    const process = GaussianProcess.of(observations, parameters);
    if (!process) return { value: Number.POSITIVE_INFINITY, gradient: logs };
    const prior = logPrior(parameters);
    const gradient = process.logLikelihoodGradient().map((slope, k) => -slope - prior.gradient[k]);
    gradient[sides + 1] *= (parameters.noise - leastNoise) / parameters.noise; // only what lies above the least noise is fitted
    return { value: -process.logLikelihood() - prior.value, gradient };
  };
  const start = new Float64Array(sides + 2);
  const { x } = minimize(loss, start, { tolerance: 1e-2 });
  return GaussianProcess.of(observations, at(x)) ?? GaussianProcess.of(observations, at(start))!;
}

/** With its gradient over the logarithms of the parameters. */
function logPrior({ inverseSquaredLengths, scale, noise }: KernelParameters): { value: number; gradient: Float64Array } {
  const lengths = inverseSquaredLengths.reduce((sum, length) => sum - 0.1 / length - 0.1 * length, 0);
  const value = lengths + Math.log(scale) - scale + 0.1 * Math.log(noise) - 30 * noise;
  const ofLengths = inverseSquaredLengths.map((length) => 0.1 / length - 0.1 * length);
  return { value, gradient: Float64Array.of(...ofLengths, 1 - scale, 0.1 - 30 * noise) };
}
