import type { Spectrum } from './factor-layer.ts';

/**
 * The rank that variational Bayesian matrix factorization finds, with the noise it estimates: singular values that noise alone
 * could explain are not counted (Nakajima, Sugiyama, Babacan and Tomioka, "Global analytic solution of fully-observed variational
 * Bayesian matrix factorization", 2013). At least 1.
 */
export function vbmfRank({ energies, shape }: Spectrum): number {
  const [short, long] = [Math.min(...shape), Math.max(...shape)];
  const ratio = short / long;
  const bound = 2.5129 * Math.sqrt(ratio); // the paper's approximation of the threshold of tau
  const edge = (1 + bound) * (1 + ratio / bound);
  const total = energies.reduce((sum, energy) => sum + energy, 0);
  if (total === 0) return 1;
  const largestRank = Math.min(Math.ceil(short / (1 + ratio)) - 1, energies.length - 1);
  const tail = energies.slice(Math.max(largestRank, 0));
  const lower = Math.max((tail[0] ?? 0) / (long * edge), tail.reduce((sum, energy) => sum + energy, 0) / (tail.length * long));
  const upper = total / (short * long);
  const noise = minimize((variance) => freeEnergy(energies, variance, long, ratio, edge), Math.max(lower, upper * 1e-9), upper);
  return Math.max(1, energies.filter((energy) => energy > long * noise * edge).length);
}

/** What is minimised over the variance of the noise, the paper's equation for it without constant terms. */
function freeEnergy(energies: Float64Array, variance: number, long: number, ratio: number, edge: number): number {
  let sum = 0;
  for (const energy of energies) {
    const x = Math.max(energy / (long * variance), Number.MIN_VALUE);
    if (x <= edge) sum += x - Math.log(x);
    else {
      const rest = x - (1 + ratio);
      const tau = (rest + Math.sqrt(rest * rest - 4 * ratio)) / 2;
      sum += x - tau + Math.log((tau + 1) / x) + ratio * Math.log(tau / ratio + 1);
    }
  }
  return sum;
}

/** Golden section, on a logarithmic scale: the variance may span many powers of ten. */
function minimize(f: (x: number) => number, lower: number, upper: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [Math.log(Math.min(lower, upper)), Math.log(upper)];
  for (let i = 0; i < 100; i++) {
    const [a, b] = [high - golden * (high - low), low + golden * (high - low)];
    if (f(Math.exp(a)) <= f(Math.exp(b))) high = b;
    else low = a;
  }
  return Math.exp((low + high) / 2);
}
