import type { KernelActivation } from '../address.ts';
import { activateOne } from './elementwise.ts';

interface BatchNorm {
  readonly columns: number;
  readonly input: Float32Array;
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly epsilon: number;
  readonly activation: KernelActivation;
}

/** What `Kernels.batchNorm` computes. */
export function batchNorm({ columns, input, gamma, beta, epsilon, activation }: BatchNorm) {
  const rows = input.length / columns;
  const [mean, variance] = [new Float64Array(columns), new Float64Array(columns)];
  input.forEach((value, index) => {
    mean[index % columns] += value / rows;
  });
  input.forEach((value, index) => {
    variance[index % columns] += (value - mean[index % columns]) ** 2 / rows;
  });
  const output = input.map((value, index) => {
    const column = index % columns;
    return activateOne(((value - mean[column]) / Math.sqrt(variance[column] + epsilon)) * gamma[column] + beta[column], activation);
  });
  return { output, mean: Float32Array.from(mean), variance: Float32Array.from(variance) };
}

/** What `Kernels.batchNormGradient` computes. */
export function batchNormGradient(p: BatchNorm & { readonly outputGradient: Float32Array }) {
  const { columns, input, gamma, epsilon } = p;
  const rows = input.length / columns;
  const { output, mean, variance } = batchNorm(p);
  const cut = p.activation === 'relu6' ? 6 : Number.POSITIVE_INFINITY;
  const open = (value: number) => p.activation === 'linear' || !(value <= 0 || value >= cut);
  const inverse = Array.from(variance, (value) => 1 / Math.sqrt(value + epsilon));
  const normal = Array.from(input, (value, index) => (value - mean[index % columns]) * inverse[index % columns]);
  const gradient = p.outputGradient.map((value, index) => (open(output[index]) ? value : 0));
  const [gammaGradient, betaGradient] = [new Float64Array(columns), new Float64Array(columns)];
  gradient.forEach((value, index) => {
    betaGradient[index % columns] += value;
    gammaGradient[index % columns] += value * normal[index];
  });
  const inputGradient = gradient.map((value, index) => {
    const column = index % columns;
    return gamma[column] * inverse[column] * (value - betaGradient[column] / rows - (normal[index] * gammaGradient[column]) / rows);
  });
  return { inputGradient, gammaGradient: Float32Array.from(gammaGradient), betaGradient: Float32Array.from(betaGradient) };
}
