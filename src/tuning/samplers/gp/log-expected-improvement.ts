import { logProbabilityBelow, logRootTwoPi } from '../tpe/normal-distribution.ts';

/**
 * The logarithm of how much a standard normal number, `z` above the best so far, is expected to improve on it:
 * log(z P(z) + p(z)); and its slope. Exact where the improvement is too small for a number (Ament et al. 2023).
 */
export function logExpectedImprovement(z: number): { readonly value: number; readonly slope: number } {
  const logDensity = -0.5 * z * z - logRootTwoPi;
  // Improvement over density. Far below, where z P(z) and p(z) cancel, its asymptotic series.
  const ratio = z > -25 ? z * Math.exp(logProbabilityBelow(z) - logDensity) + 1 : z ** -2 - 3 * z ** -4 + 15 * z ** -6;
  if (z > 5) {
    const improvement = z + Math.exp(logDensity) - z * Math.exp(logProbabilityBelow(-z));
    return { value: Math.log(improvement), slope: (1 - Math.exp(logProbabilityBelow(-z))) / improvement };
  }
  return { value: logDensity + Math.log(ratio), slope: Math.exp(logProbabilityBelow(z) - logDensity) / ratio };
}

/** The logarithm of the probability of a standard normal number below `z`, and its slope. */
export function logProbability(z: number): { readonly value: number; readonly slope: number } {
  const value = logProbabilityBelow(z);
  return { value, slope: Math.exp(-0.5 * z * z - logRootTwoPi - value) };
}
