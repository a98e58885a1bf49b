import type { RandomStream } from '../../../core/random.ts';
import { symmetricEigen } from '../linear-algebra/symmetric-eigen.ts';
import { type StrategyConstants, strategyConstants } from './strategy-constants.ts';

/** A point of the unit cube and what it was worth; lower is better. */
export interface Solution {
  readonly point: readonly number[];
  readonly loss: number;
}

/**
 * CMA-ES in the unit cube: a normal distribution that moves towards the better half of what it gave, and stretches where
 * steps were worth while. Symbols and numbers of equations are those of Hansen 2016, "The CMA evolution strategy: a tutorial".
 */
export class EvolutionStrategy {
  readonly populationSize: number;
  readonly #constants: StrategyConstants;
  #generation = 0;
  #mean: number[];
  #sigma: number;
  #C: number[][];
  #B: number[][] = [];
  /** Square roots of C's eigenvalues. */
  #D: number[] = [];
  #pathSigma: number[];
  #pathC: number[];

  /** @param sigma as a share of the cube's side */
  constructor(dimensions: number, sigma: number, populationSize = 4 + Math.floor(3 * Math.log(dimensions))) {
    this.populationSize = populationSize;
    this.#constants = strategyConstants(dimensions, populationSize);
    this.#mean = new Array(dimensions).fill(0.5);
    this.#sigma = sigma;
    this.#C = this.#mean.map((_, i) => this.#mean.map((_, j) => (i === j ? 1 : 0)));
    this.#pathSigma = new Array(dimensions).fill(0);
    this.#pathC = new Array(dimensions).fill(0);
    this.#decompose();
  }

  /** What points are drawn from, before the cube cuts it. */
  get distribution(): { readonly mean: readonly number[]; readonly sigma: number; readonly covariance: readonly (readonly number[])[] } {
    return { mean: this.#mean, sigma: this.#sigma, covariance: this.#C };
  }

  /** Draws a point: again while it lies outside of the cube, at last moved to its side. */
  ask(random: RandomStream): number[] {
    let point = this.#draw(random);
    for (let i = 1; i <= 10 * point.length && point.some((x) => x < 0 || x > 1); i++) point = this.#draw(random);
    return point.map((x) => Math.min(1, Math.max(0, x)));
  }

  /** @param solutions of a whole population */
  tell(solutions: readonly Solution[]): void {
    const { mu, weights, muEffective, cSigma, dSigma, cC, c1, cMu, expectedNorm } = this.#constants;
    const n = this.#mean.length;
    this.#generation++;
    const sorted = [...solutions].sort((a, b) => (a.loss === b.loss ? 0 : a.loss < b.loss ? -1 : 1));
    const steps = sorted.map(({ point }) => point.map((x, i) => (x - this.#mean[i]) / this.#sigma));

    // The mean moves by the weighted better half (41, 42).
    const step = this.#mean.map((_, i) => sum(steps.slice(0, mu).map((y, k) => weights[k] * y[i])));
    this.#mean = this.#mean.map((m, i) => m + this.#sigma * step[i]);

    // Steps in one direction lengthen sigma, those that cancel each other shorten it (43, 44).
    const gain = Math.sqrt(cSigma * (2 - cSigma) * muEffective);
    this.#pathSigma = add(this.#pathSigma, 1 - cSigma, this.#whiten(step), gain);
    const length = norm(this.#pathSigma);
    this.#sigma = Math.min(this.#sigma * Math.exp((cSigma / dSigma) * (length / expectedNorm - 1)), 1e32);

    // The distribution stretches along the path and the steps, and shrinks along the bad ones (45 to 47).
    const isSteady = length / Math.sqrt(1 - (1 - cSigma) ** (2 * (this.#generation + 1))) < (1.4 + 2 / (n + 1)) * expectedNorm;
    this.#pathC = add(this.#pathC, 1 - cC, step, isSteady ? Math.sqrt(cC * (2 - cC) * muEffective) : 0);
    const scaled = weights.map((weight, k) => (weight >= 0 ? weight : (weight * n) / (norm(this.#whiten(steps[k])) ** 2 + 1e-8)));
    const kept = 1 + (isSteady ? 0 : c1 * cC * (2 - cC)) - c1 - cMu * sum(weights);
    this.#C = this.#C.map((row, i) =>
      row.map((c, j) => kept * c + c1 * this.#pathC[i] * this.#pathC[j] + cMu * sum(steps.map((y, k) => scaled[k] * y[i] * y[j]))),
    );
    this.#decompose();
  }

  #draw(random: RandomStream): number[] {
    const z = this.#D.map((d) => d * random.normal());
    return this.#mean.map((m, i) => m + this.#sigma * sum(z.map((value, k) => this.#B[i][k] * value)));
  }

  #decompose(): void {
    const { values, vectors } = symmetricEigen(this.#C);
    this.#B = vectors;
    this.#D = values.map((value) => Math.sqrt(value < 0 ? 1e-8 : Math.max(value, Number.MIN_VALUE)));
  }

  /** C^(-1/2) y. */
  #whiten(y: readonly number[]): number[] {
    const turned = this.#D.map((d, k) => sum(y.map((value, i) => this.#B[i][k] * value)) / d);
    return y.map((_, i) => sum(turned.map((value, k) => this.#B[i][k] * value)));
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function norm(values: readonly number[]): number {
  return Math.hypot(...values);
}

function add(a: readonly number[], share: number, b: readonly number[], other: number): number[] {
  return a.map((value, i) => share * value + other * b[i]);
}
