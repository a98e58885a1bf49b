import type { Trial } from '../../src/tuning/index.ts';

/** Something to search, known to its last digit; optuna_search.py has the same functions under the same names. */
export interface Task {
  readonly name: string;
  /** The lowest value there is; of several objectives the largest volume, negative. */
  readonly optimum: number;
  /** Of several objectives, each of which is to be low: values that are worse than all that count. */
  readonly reference?: readonly number[];
  objective(trial: Trial): number | readonly number[];
}

const branin: Task = {
  name: 'branin',
  optimum: 0.39788735772973816,
  objective(trial) {
    const x = trial.suggestFloat('x', -5, 10);
    const y = trial.suggestFloat('y', 0, 15);
    const bend = y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6;
    return bend ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
  },
};

const hartmann6: Task = {
  name: 'hartmann6',
  optimum: -3.3223680114155147,
  objective(trial) {
    const weights = [1, 1.2, 3, 3.2];
    const steepness = [
      [10, 3, 17, 3.5, 1.7, 8],
      [0.05, 10, 17, 0.1, 8, 14],
      [3, 3.5, 1.7, 10, 17, 8],
      [17, 8, 0.05, 10, 0.1, 14],
    ];
    const centers = [
      [1312, 1696, 5569, 124, 8283, 5886],
      [2329, 4135, 8307, 3736, 1004, 9991],
      [2348, 1451, 3522, 2883, 3047, 6650],
      [4047, 8828, 8732, 5743, 1091, 381],
    ];
    const x = Array.from({ length: 6 }, (_, i) => trial.suggestFloat(`x${i}`, 0, 1));
    const distance = (k: number) => x.reduce((sum, xi, i) => sum + steepness[k][i] * (xi - centers[k][i] / 10000) ** 2, 0);
    return -weights.reduce((sum, weight, k) => sum + weight * Math.exp(-distance(k)), 0);
  },
};

const rosenbrock4: Task = {
  name: 'rosenbrock4',
  optimum: 0,
  objective(trial) {
    const x = Array.from({ length: 4 }, (_, i) => trial.suggestFloat(`x${i}`, -5, 10));
    return x.slice(1).reduce((sum, next, i) => sum + 100 * (next - x[i] ** 2) ** 2 + (1 - x[i]) ** 2, 0);
  },
};

/** Like the settings of a net: choices, whole numbers and logarithms, some of them only under conditions. */
const mixedConditional: Task = {
  name: 'mixed-conditional',
  optimum: 0,
  objective(trial) {
    const optimizer = trial.suggestCategorical('optimizer', ['sgd', 'adam', 'rmsprop']);
    const rate = Math.log10(trial.suggestFloat('rate', 1e-5, 1, { log: true }));
    const dropout = trial.suggestFloat('dropout', 0, 0.6, { step: 0.1 });
    const layers = trial.suggestInt('layers', 1, 3);
    let loss = 0.2 * (dropout - 0.2) ** 2 + 0.02 * Math.abs(layers - 2);
    if (optimizer === 'sgd') loss += 0.04 * (rate + 1.5) ** 2 + 0.2 * (trial.suggestFloat('momentum', 0, 0.99) - 0.9) ** 2;
    else loss += 0.04 * (rate + 3) ** 2 + (optimizer === 'adam' ? 0.01 : 0.03);
    for (let i = 0; i < layers; i++) {
      const units = Math.log2(trial.suggestInt(`units${i}`, 4, 512, { log: true }));
      loss += (0.01 * (units - (7 - i)) ** 2) / layers;
    }
    return loss;
  },
};

/** Every choice has parameters of its own, of which two depend on each other. */
const branches: Task = {
  name: 'branches',
  optimum: 0,
  objective(trial) {
    const kind = trial.suggestCategorical('kind', ['dense', 'convolution', 'tree']);
    const valley = (a: number, b: number) => (a + b - 1) ** 2 + 0.1 * (a - b) ** 2; // lowest at 1/2, 1/2
    if (kind === 'tree') return 0.1 + valley(trial.suggestInt('depth', 1, 16) / 16, trial.suggestFloat('shrinkage', 0, 1));
    const rate = (Math.log10(trial.suggestFloat(`${kind}-rate`, 1e-5, 1e-1, { log: true })) + 5) / 4;
    const momentum = trial.suggestFloat(`${kind}-momentum`, 0, 1);
    if (kind === 'dense') return 0.05 + valley(rate, momentum) + 0.2 * (trial.suggestFloat('dropout', 0, 0.8) - 0.3) ** 2;
    return valley(rate, momentum) + 0.02 * Math.abs(trial.suggestInt('layers', 1, 6) - 4);
  },
};

export const tasks: readonly Task[] = [branin, hartmann6, rosenbrock4, mixedConditional, branches];
