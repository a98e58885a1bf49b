import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../src/core/random.ts';
import type { Choice, Distribution } from '../../src/tuning/distribution.ts';
import { builtinSamplers } from '../../src/tuning/samplers/builtin-samplers.ts';
import type { Sampler } from '../../src/tuning/samplers/sampler.ts';
import type { Direction, FrozenStudy, FrozenTrial, TrialState } from '../../src/tuning/storage/study-storage.ts';
import { frozenTrial } from '../runtime/tuning/frozen-trial.ts';
import { frozenStudy } from '../runtime/tuning/samplers/frozen-study.ts';

const page = readFileSync(new URL('../../docs/samplers.md', import.meta.url), 'utf8');

type Suggest = (name: string, distribution: Distribution) => Choice;
type Params = Record<string, Choice>;

const float = (low: number, high: number, rest: { log?: boolean; step?: number } = {}): Distribution => ({
  kind: 'float',
  low,
  high,
  log: rest.log ?? false,
  step: rest.step ?? null,
});
const int = (low: number, high: number, rest: { log?: boolean; step?: number } = {}): Distribution => ({
  kind: 'int',
  low,
  high,
  log: rest.log ?? false,
  step: rest.step ?? 1,
});
const choice = (...choices: Choice[]): Distribution => ({ kind: 'categorical', choices });

const everyKind: Record<string, Distribution> = {
  float: float(-1, 2),
  tiny: float(1e-12, 1.1e-12),
  log: float(1e-5, 1e-1, { log: true }),
  stepped: float(0, 0.5, { step: 0.1 }),
  int: int(-3, 9),
  logInt: int(1, 128, { log: true }),
  steppedInt: int(10, 110, { step: 25 }),
  choice: choice('a', 'b', 'c'),
  mixed: choice(null, true, 1, '1'),
};
const oneValue: Record<string, Distribution> = {
  oneFloat: float(0.5, 0.5),
  oneLog: float(1e-3, 1e-3, { log: true }),
  oneInt: int(4, 4),
  oneLogInt: int(4, 4, { log: true }),
  oneChoice: choice('only'),
};

/** What studies look like, from the first trial on. */
const objectives: Record<string, (suggest: Suggest, trialNumber: number) => void> = {
  'every kind of parameter': (suggest) => suggestAll(suggest, everyKind),
  'ranges of one value only': (suggest) => suggestAll(suggest, oneValue),
  'ranges of one value among others': (suggest) => suggestAll(suggest, { ...oneValue, x: float(0, 1), y: int(1, 5) }),
  'a condition': (suggest) => {
    const optimizer = suggest('optimizer', choice('sgd', 'adam'));
    suggest('rate', float(1e-5, 1, { log: true }));
    if (optimizer === 'sgd') suggest('momentum', float(0, 0.99));
    const layers = suggest('layers', int(1, 3)) as number;
    for (let i = 0; i < layers; i++) suggest(`units${i}`, int(4, 256, { log: true }));
  },
  'ranges that change': (suggest, trialNumber) => {
    suggest('x', float(trialNumber % 3, 5));
    suggest('y', trialNumber % 4 === 0 ? float(-1, 1) : float(1e-3, 1, { log: true }));
    suggest('z', trialNumber % 2 === 0 ? choice('a', 'b') : choice('b', 'c', 'd'));
    suggest('n', trialNumber % 5 === 0 ? int(0, 3) : int(1, 3, { log: true }));
  },
  'no parameters': () => {},
};

describe.each(builtinSamplers)('sampler $name', (definition) => {
  test('is named like its file, and has a section in docs/samplers.md', () => {
    expect(existsSync(new URL(`../../src/tuning/samplers/${definition.name}-sampler.ts`, import.meta.url))).toBe(true);
    expect(definition.create({}).name).toBe(definition.name);
    expect(page).toContain(`\n## \`${definition.create.name}\`\n`);
  });

  describe.each(Object.keys(objectives))('of a study with %s', (name) => {
    test('gives values of their ranges, whatever became of earlier trials; the same ones from a sampler that is kept', () => {
      const once = runStudy(() => definition.create({ seed: 1 }), objectives[name], 28); // checks every value, on frozen trials
      const kept = definition.create({ seed: 1 });
      expect(runStudy(() => kept, objectives[name], 28)).toEqual(once);
    });
  });

  test('gives other values for another seed, and to every trial', () => {
    const params = [1, 2].map((seed) => runStudy(() => definition.create({ seed }), objectives['every kind of parameter'], 20));
    expect(params[0]).not.toEqual(params[1]);
    expect(new Set(params[0].map((one) => JSON.stringify(one))).size).toBe(20);
  });

  test('works with many objectives, or refuses them and names a sampler that does', () => {
    try {
      runStudy(() => definition.create({}), objectives['a condition'], 30, ['minimize', 'maximize']);
    } catch (error) {
      expect((error as Error).message).toMatch(/tpeSampler|nsga2Sampler/);
    }
  });

  test('works where nothing but failures, running and waiting trials came before', () => {
    const states: TrialState[] = ['fail', 'running', 'waiting'];
    const trials = states.map((state, number) => frozenTrial({ number, state, params: { x: 0.5 }, distributions: { x: float(0, 1) } }));
    const { params } = suggestTrial(definition.create({}), frozen(frozenStudy(trials)), 3, (suggest) => suggest('x', float(0, 1)));
    expectInside(params.x, float(0, 1));
  });
});

/** Runs trials with drawn outcomes. @returns the parameters of each */
function runStudy(
  sampler: () => Sampler,
  objective: (suggest: Suggest, trialNumber: number) => void,
  count: number,
  directions: Direction[] = ['minimize'],
): Params[] {
  const trials: FrozenTrial[] = [];
  for (let number = 0; number < count; number++) {
    const study = frozen(frozenStudy([...trials], directions));
    const suggested = suggestTrial(sampler(), study, number, (suggest) => objective(suggest, number));
    trials.push(frozen(frozenTrial({ number, ...suggested, ...outcome(number, directions.length) })));
  }
  return trials.map(({ params }) => ({ ...params }));
}

/** As a study asks a sampler for a trial. */
function suggestTrial(sampler: Sampler, study: FrozenStudy, number: number, objective: (suggest: Suggest) => void) {
  const relative = sampler.sampleRelative(study, number)!;
  const systemAttributes = sampler.systemAttributes?.(study, number, relative) ?? {};
  expect(JSON.parse(JSON.stringify(systemAttributes))).toEqual(systemAttributes);
  const params: Params = {};
  const distributions: Record<string, Distribution> = {};
  objective((name, distribution) => {
    const isInside = Object.hasOwn(relative, name) && contains(distribution, relative[name]);
    params[name] = isInside ? relative[name] : sampler.sampleIndependent(study, number, name, distribution);
    distributions[name] = distribution;
    expectInside(params[name], distribution);
    return params[name];
  });
  return { params, distributions, systemAttributes };
}

/** Most are complete; others failed, run, wait, were pruned or broke a constraint. Values may be infinite, or even NaN. */
function outcome(number: number, values: number): Partial<FrozenTrial> {
  const random = new RandomStream(0, 'outcome', number);
  const states: TrialState[] = ['complete', 'complete', 'complete', 'complete', 'pruned', 'fail', 'running', 'waiting'];
  const state = states[random.integer(states.length)];
  const rare = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
  const value = () => (random.uniform() < 0.2 ? rare[random.integer(3)] : random.normal());
  return {
    state,
    values: state === 'complete' ? Array.from({ length: values }, value) : null,
    intermediateValues: state === 'pruned' && number % 2 === 0 ? { 0: value(), 1: value(), 2: value() } : {},
    constraints: state === 'complete' && random.uniform() < 0.2 ? { memory: random.normal() } : {},
  };
}

function suggestAll(suggest: Suggest, space: Record<string, Distribution>): void {
  for (const [name, distribution] of Object.entries(space)) suggest(name, distribution);
}

function expectInside(value: Choice, distribution: Distribution): void {
  expect(contains(distribution, value), `${JSON.stringify(value)} in ${JSON.stringify(distribution)}`).toBe(true);
}

function contains(distribution: Distribution, value: Choice): boolean {
  if (distribution.kind === 'categorical') return distribution.choices.includes(value);
  const { kind, low, high, step } = distribution;
  if (typeof value !== 'number' || !(value >= low && value <= high)) return false;
  if (kind === 'int') return Number.isInteger(value) && (value - low) % (step ?? 1) === 0;
  return step === null || Math.abs((value - low) / step - Math.round((value - low) / step)) < 1e-8;
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}
