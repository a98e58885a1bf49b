import { tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { RandomStream } from '../../src/core/random.ts';
import type { Batch, Dataset } from '../../src/data/dataset.ts';
import type { Features } from '../../src/data/features.ts';
import { ForwardPass } from '../../src/training/forward-pass.ts';

/** The values that the six attributes may have: head and body shape, smiling, holding, jacket colour, tie. Each counts from 1. */
const valuesOf = [3, 3, 2, 3, 4, 2];

/** One of the three MONK's problems (Thrun et al., 1991): a rule that calls some of the 432 robots monks, to be learnt from examples. */
interface MonkProblem {
  readonly isMonk: (robot: readonly number[]) => boolean;
  /** Robots whose answer is given to learn from. */
  readonly given: number;
  /** Those of them whose answer is wrong. */
  readonly wrong: number;
}

const problems: readonly MonkProblem[] = [
  { isMonk: ([head, body, , , jacket]) => head === body || jacket === 1, given: 124, wrong: 0 },
  { isMonk: (robot) => robot.filter((value) => value === 1).length === 2, given: 169, wrong: 0 },
  { isMonk: ([, body, , holding, jacket]) => (jacket === 3 && holding === 1) || (jacket !== 4 && body !== 3), given: 122, wrong: 6 },
];

/**
 * The robots to learn from, drawn by the seed, and all of them with the right answers. An input is 1 for the value of each attribute
 * and 0 for the others, 17 numbers, and at the end a 1: a bias is a weight behind it, as in the papers of the time. The target is 1
 * for a monk and -1 for others.
 * @param number 1, 2 or 3
 */
export function monkProblem(number: number, seed: number): { readonly train: Dataset; readonly all: Dataset } {
  const { isMonk, given, wrong } = problems[number - 1];
  const robots = everyRobot();
  const answers = robots.map((robot) => (isMonk(robot) ? 1 : -1));
  const drawn = Array.from(new RandomStream(seed, 'monk', number).permutation(robots.length).subarray(0, given));
  return {
    train: datasetOf(
      drawn.map((i) => robots[i]),
      drawn.map((i, position) => (position < wrong ? -answers[i] : answers[i])),
    ),
    all: datasetOf(robots, answers),
  };
}

/** A dataset in one batch. */
export function everyRobotOf(robots: Dataset): Batch | Promise<Batch> {
  return robots.get(Uint32Array.from({ length: robots.length }, (_, i) => i));
}

/** Right answers in percent: a monk from 0 up, as the sign of the output says. */
export async function monkAccuracy(model: LayersModel, robots: Dataset): Promise<number> {
  const { inputs, targets } = await everyRobotOf(robots);
  const given = tensor(inputs, [robots.length, ...robots.features.inputShape]);
  const outputs = new ForwardPass(model).predict(given);
  const answers = await outputs.data();
  given.dispose();
  outputs.dispose();
  return (100 * answers.filter((answer, i) => answer * targets[i] > 0).length) / robots.length;
}

function everyRobot(): number[][] {
  return valuesOf.reduce<number[][]>(
    (robots, count) => robots.flatMap((robot) => Array.from({ length: count }, (_, value) => [...robot, value + 1])),
    [[]],
  );
}

const features: Features = {
  task: 'regression',
  inputShape: [18],
  outputs: 1,
  outputNames: ['monk'],
  preprocessing: { kind: 'scale', scale: 1, offset: 0 },
};

function datasetOf(robots: readonly number[][], answers: readonly number[]): Dataset {
  return {
    length: robots.length,
    features,
    get: (indices) => ({
      size: indices.length,
      inputs: Float32Array.from(Array.from(indices).flatMap((i) => [...oneHot(robots[i]), 1])),
      targets: Float32Array.from(Array.from(indices), (i) => answers[i]),
    }),
  };
}

function oneHot(robot: readonly number[]): number[] {
  return robot.flatMap((value, i) => Array.from({ length: valuesOf[i] }, (_, one) => (one + 1 === value ? 1 : 0)));
}
