import type { Task } from './tasks.ts';

/** Two parameters, two objectives that want different ones (Belakaria, Deshwal and Doppa 2019). */
const braninCurrin: Task = {
  name: 'branin-currin',
  reference: [18, 6],
  optimum: -59.36012, // as BoTorch has it; a grid of 5,000 x 5,000 comes to 59.356
  objective(trial) {
    const [u, v] = [trial.suggestFloat('u', 0, 1), trial.suggestFloat('v', 0, 1)];
    const [x, y] = [15 * u - 5, 15 * v];
    const bend = y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6;
    const currin = (1 - (v > 0 ? Math.exp(-1 / (2 * v)) : 0)) * (2300 * u ** 3 + 1900 * u ** 2 + 2092 * u + 60);
    return [bend ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10, currin / (100 * u ** 3 + 500 * u ** 2 + 4 * u + 20)];
  },
};

/** Ten parameters, of which nine have to vanish (Zitzler, Deb and Thiele 2000). */
const zdt1: Task = {
  name: 'zdt1',
  reference: [1, 10],
  optimum: -(10 - 1 / 3),
  objective(trial) {
    const x = Array.from({ length: 10 }, (_, i) => trial.suggestFloat(`x${i}`, 0, 1));
    const height = 1 + x.slice(1).reduce((sum, xi) => sum + xi, 0);
    return [x[0], height * (1 - Math.sqrt(x[0] / height))];
  },
};

/** Seven parameters; the best points are an eighth of a sphere (Deb, Thiele, Laumanns and Zitzler 2002). */
const dtlz2: Task = {
  name: 'dtlz2',
  reference: [2.5, 2.5, 2.5],
  optimum: -(2.5 ** 3 - Math.PI / 6),
  objective(trial) {
    const x = Array.from({ length: 7 }, (_, i) => trial.suggestFloat(`x${i}`, 0, 1));
    const radius = 1 + x.slice(2).reduce((sum, xi) => sum + (xi - 0.5) ** 2, 0);
    const [a, b] = [(x[0] * Math.PI) / 2, (x[1] * Math.PI) / 2];
    return [radius * Math.cos(a) * Math.cos(b), radius * Math.cos(a) * Math.sin(b), radius * Math.sin(a)];
  },
};

/** Tasks that are judged by the volume between what was found and the reference. */
export const manyObjectiveTasks: readonly Task[] = [braninCurrin, zdt1, dtlz2];
