import { tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Dataset } from '../../src/data/dataset.ts';
import type { Features } from '../../src/data/features.ts';
import { ForwardPass } from '../../src/training/forward-pass.ts';

/** The values that the six attributes may have: head and body shape, smiling, holding, jacket colour, tie. Each counts from 1. */
const valuesOf = [3, 3, 2, 3, 4, 2];

/**
 * One of the three MONK's problems (Thrun et al., 1991): all 432 robots, a rule that calls some of them monks, and the robots whose
 * answer is given to learn from.
 */
interface MonkProblem {
  readonly isMonk: (robot: readonly number[]) => boolean;
  /** The training set of the UCI repository (CC BY 4.0): four robots per hexadecimal digit, those that are in it. */
  readonly given: string;
  /** Robots of the training set whose answer is wrong. */
  readonly wrong: readonly number[];
}

const problems: readonly MonkProblem[] = [
  {
    isMonk: ([head, body, , , jacket]) => head === body || jacket === 1,
    given: '0c0024300a40698d2110071c22225b1057a30cdb021909123804d587200280884904e004c09010901410814100c400a2a10571870055',
    wrong: [],
  },
  {
    isMonk: (robot) => robot.filter((value) => value === 1).length === 2,
    given: '12ea22c00b50405edf220acf5c36190e45209810569221d509880e9798b1c48d6269a40d0257d49f20715c60ac9cb485ac040080aca1',
    wrong: [],
  },
  {
    isMonk: ([, body, , holding, jacket]) => (jacket === 3 && holding === 1) || (jacket !== 4 && body !== 3),
    given: '7a91001113cc0838f609b0b0220688e10502c3c01610024005609d104c0208b4085209a1a801412005801208401440860601b2c01485',
    wrong: [4, 60, 202, 212, 213, 390],
  },
];

/**
 * The robots to learn from, and all of them. An input is 1 for the value of each attribute and 0 for the others, 17 numbers, and at
 * the end a 1: a bias is a weight behind it, as in the papers of the time. The target is 1 for a monk and -1 for others.
 * @param number 1, 2 or 3
 */
export function monkProblem(number: number): { readonly train: Dataset; readonly all: Dataset } {
  const { isMonk, given, wrong } = problems[number - 1];
  const robots = everyRobot();
  const isGiven = Array.from(given).flatMap((digit) => Array.from(Number.parseInt(digit, 16).toString(2).padStart(4, '0'), Number));
  const answers = robots.map((robot) => (isMonk(robot) ? 1 : -1));
  const learnt = answers.map((answer, i) => (wrong.includes(i) ? -answer : answer));
  const all = Array.from(robots.keys());
  return {
    train: datasetOf(
      robots,
      learnt,
      all.filter((i) => isGiven[i] === 1),
    ),
    all: datasetOf(robots, answers, all),
  };
}

/** Right answers in percent: a monk from 0 up, as the sign of the output says. */
export async function monkAccuracy(model: LayersModel, robots: Dataset): Promise<number> {
  const { inputs, targets } = await robots.get(Uint32Array.from({ length: robots.length }, (_, i) => i));
  const given = tensor(inputs, [robots.length, ...robots.features.inputShape]);
  const outputs = new ForwardPass(model).predict(given);
  const answers = await outputs.data();
  given.dispose();
  outputs.dispose();
  return (100 * answers.filter((answer, i) => answer * targets[i] > 0).length) / robots.length;
}

/** In the order of the UCI repository: the last attribute changes fastest. */
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

function datasetOf(robots: readonly number[][], answers: readonly number[], chosen: readonly number[]): Dataset {
  return {
    length: chosen.length,
    features,
    get: (indices) => ({
      size: indices.length,
      inputs: Float32Array.from(Array.from(indices).flatMap((i) => [...oneHot(robots[chosen[i]]), 1])),
      targets: Float32Array.from(Array.from(indices), (i) => answers[chosen[i]]),
    }),
  };
}

function oneHot(robot: readonly number[]): number[] {
  return robot.flatMap((value, i) => Array.from({ length: valuesOf[i] }, (_, one) => (one + 1 === value ? 1 : 0)));
}
