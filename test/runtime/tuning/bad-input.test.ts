import { describe, expect, test } from 'vitest';
import {
  createStudy,
  float,
  type Objective,
  type OptimizeOptions,
  type StudyOptions,
  space,
  type Trial,
} from '../../../src/tuning/index.ts';

/** What a user without a compiler may write. */
const created = (options: object) => createStudy({ name: 'bad', ...options } as StudyOptions);

/** Why the one trial of an objective failed. */
async function causeOf(objective: Objective): Promise<unknown> {
  const study = await created({});
  await study.optimize(objective, { trials: 1 });
  const [{ state, userAttributes }] = await study.trials();
  expect(state).toBe('fail');
  return userAttributes.cause;
}

describe('createStudy refuses', () => {
  const cases: [object, string][] = [
    [{ directon: 'maximize' }, 'createStudy has no option directon. Did you mean direction?'],
    [{ name: '' }, 'createStudy: name is ""; it must be a text'],
    [{ direction: 'max' }, `createStudy: direction is "max"; it must be 'minimize' or 'maximize'.`],
    [{ directions: [] }, 'createStudy: directions is []'],
    [{ sampler: 'tpe' }, 'createStudy: sampler is "tpe"; it must be made by a function: tpeSampler().'],
    [{ pruner: 'median' }, 'createStudy: pruner is "median"; it must be made by a function'],
    [{ maxTrials: Number.NaN }, 'createStudy: maxTrials is NaN; it must be a whole number, at least 1.'],
    [{ retries: -1 }, 'createStudy: retries is -1; it must be a whole number, at least 0.'],
    [{ stopWhen: { targt: 1 } }, 'stopWhen has no option targt. Did you mean target?'],
  ];
  test.each(cases)('%j', async (options, message) => {
    await expect(created(options)).rejects.toThrow(message);
  });
});

describe('optimize refuses before the first trial', () => {
  const cases: [object, string][] = [
    [{ nTrials: 3 }, 'optimize has no option nTrials. Did you mean trials?'],
    [{ workers: 0 }, 'optimize: workers is 0; it must be a whole number, at least 1.'],
    [{ trials: Number.NaN }, 'optimize: trials is NaN; it must be a whole number, at least 0.'],
    [{ timeoutSeconds: 0 }, 'optimize: timeoutSeconds is 0; it must be a number of seconds above 0.'],
    [{ isolation: 'thread' }, `optimize: isolation is "thread"; it must be 'inline' or 'process'.`],
    [{ isolation: 'process' }, "isolation: 'process' needs a storage that other processes can open, and the study bad is in memory"],
    [{ space: { parameters: { x: { kind: 'float', low: 2, high: 1, log: false, step: null } } } }, 'x has no range: 2 to 1.'],
    [{ space: { parameters: { x: { kind: 'categorical', choices: [] } } } }, 'x has no choices.'],
    [{ space: { parameters: { x: { kind: 'categorical', choices: [undefined, 1] } } } }, 'x has the choice undefined; a choice is'],
    [{ space: space({ x: [1, Number.NaN] } as never) }, 'x has the choice NaN; a choice is a text, a number, true, false or null.'],
    [
      { space: { parameters: { x: float(0, 1) }, conditions: [{ parameter: 'x', on: 'kind', values: ['a'] }] } },
      'The space has a condition on kind, which is not in it. It has: x.',
    ],
  ];
  test.each(cases)('%j', async (options, message) => {
    const study = await created({});
    await expect(study.optimize(() => 1, options as OptimizeOptions)).rejects.toThrow(message);
    expect(await study.trials()).toEqual([]);
  });
});

describe('is kept as a failure, and the study goes on:', () => {
  const cases: [string, Objective, string][] = [
    ['an infinite range', (trial) => trial.suggestFloat('x', 0, Number.POSITIVE_INFINITY), 'x has the range 0 to Infinity'],
    ['no choices', (trial) => trial.suggestCategorical('x', []), 'x has no choices.'],
    ['a choice that no file holds', (trial) => trial.suggestCategorical('x', [{ a: 1 } as never]), 'x has the choice {"a":1}'],
    ['a report of a text', (trial) => trial.report('good' as never, 0) as never, 'report got "good"; it takes a number'],
    ['a step below 0', (trial) => trial.report(1, -1) as never, 'report got the step -1; it must be a whole number, at least 0.'],
    ['a constraint that is no number', (trial) => trial.setConstraint('size', 'x' as never) as never, 'The constraint size is "x"'],
    ['an attribute with a bigint', (trial) => trial.setUserAttribute('n', 5n) as never, 'The attribute n is 5n, which JSON cannot hold.'],
    ['a bigint as value', () => 5n as never, 'the objective gave 5n, not a number'],
    ['an error without a message', () => { throw new TypeError(); }, 'TypeError without a message'], // biome-ignore format: one line
    ['nothing that is thrown', () => { throw undefined; }, 'it threw undefined'], // biome-ignore format: one line
  ];
  test.each(cases)('%s', async (_, objective, message) => {
    expect(await causeOf(objective)).toContain(message);
  });

  test('a parameter that changes its kind, or its choices, between trials', async () => {
    const study = await created({});
    await study.optimize((trial) => (trial.number === 1 ? trial.suggestInt('x', 1, 3) : trial.suggestFloat('x', 1, 3)), { trials: 3 });
    await study.optimize((trial) => trial.suggestCategorical('y', trial.number === 4 ? [1, 2] : [1, 2, 3]), { trials: 3 });
    const trials = await study.trials();
    expect(trials.map(({ state }) => state)).toEqual(['complete', 'fail', 'complete', 'complete', 'fail', 'complete']);
    expect(trials[1].userAttributes.cause).toContain('x is a whole number, but was a number earlier in this study.');
    expect(trials[4].userAttributes.cause).toContain('y is one of 1, 2, but was one of 1, 2, 3 earlier in this study.');
  });

  test('an enqueued value of another type; one outside of the range is tried, as in Optuna', async () => {
    const study = await created({});
    for (const x of ['a', 1.5, 9]) await study.enqueue({ x });
    await study.optimize((trial) => trial.suggestInt('x', 0, 5), { trials: 3 });
    const trials = await study.trials();
    expect(trials.map(({ value }) => value)).toEqual([null, null, 9]);
    expect(trials[1].userAttributes.cause).toBe('The trial was given 1.5 for x, which is not a whole number.');
  });

  test('an enqueued value that a declared space has not', async () => {
    const study = await created({ maxTrials: 3, retries: 1 });
    const declared = { parameters: { kind: { kind: 'categorical', choices: ['a', 'b'] } } } as const;
    for (const kind of ['c', 'b']) await study.enqueue({ kind });
    await study.optimize(() => 1, { space: declared });
    const trials = await study.trials();
    expect(trials.map(({ state }) => state)).toEqual(['fail', 'complete', 'complete']);
    expect(trials[0].userAttributes.cause).toBe('The trial was given "c" for kind, which is not one of its choices.');
  });
});

test('tell takes a number of a trial, and refuses what is over, unknown, or no outcome', async () => {
  const study = await created({});
  const trial = (await study.ask())!;
  await expect(study.tell(trial, { state: 'done' } as never)).rejects.toThrow('tell got the state "done"');
  await study.tell(trial.number, 1);
  await expect(study.tell(trial, 2)).rejects.toThrow('Trial 0 of the study bad is over already: complete.');
  await expect(study.tell(7, 2)).rejects.toThrow('The study bad has no trial with the number 7.');
  expect((await study.bestTrial())?.value).toBe(1);
});

test('of a step the first report counts, as in Optuna', async () => {
  const study = await created({});
  await study.optimize(
    (trial) => {
      for (const [value, step] of [[1, 0], [2, 3], [9, 3]]) trial.report(value, step); // biome-ignore format: one line
      return 1;
    },
    { trials: 1 },
  );
  expect((await study.trials())[0].intermediateValues).toEqual({ 0: 1, 3: 2 });
});

test('what takes a function, or parameters by name, refuses anything else', async () => {
  const study = await created({});
  await expect(study.optimize(undefined as never)).rejects.toThrow('optimize got undefined; it takes a function');
  await expect(study.enqueue(undefined as never)).rejects.toThrow('enqueue got undefined; it takes parameters by name');
  await expect(study.enqueue('x' as never)).rejects.toThrow('enqueue got "x"; it takes parameters by name');
  await expect(study.tell(undefined as never, 1)).rejects.toThrow('has no trial with the number undefined');
  expect(await study.trials()).toEqual([]);
});

test('addTrial refuses what no study can hold', async () => {
  const study = await created({});
  await expect(study.addTrial({ state: 'complete' })).rejects.toThrow('addTrial: a complete trial needs its values');
  await expect(study.addTrial({ state: 'complete', values: [1, 2] })).rejects.toThrow('it got 2 values, the study has 1 directions');
  await expect(study.addTrial({ state: 'complete', values: [1], params: { x: 1 } })).rejects.toThrow('the parameter x has no distribution');
  expect(await study.trials()).toEqual([]);
});

test('retries may be said where the trials are run', async () => {
  const study = await created({});
  let calls = 0;
  const objective = () => {
    calls++;
    if (calls < 3) throw new Error('not yet');
    return calls;
  };
  await study.optimize(objective, { trials: 3, retries: 2 });
  expect((await study.trials()).map(({ systemAttributes }) => systemAttributes.retry_history)).toEqual([undefined, [0], [0, 1]]);
});

test('forbid that throws names the settings', async () => {
  const study = await created({});
  const declared = space<{ a: number }>({ a: [1, 2] } as never).forbid((settings) =>
    (settings as never as { b: string[] }).b.includes('x'),
  );
  await expect(study.ask(declared)).rejects.toThrow(
    /^space: forbid threw "Cannot read .*" for \{"a":[12]\}\. A setting that is not there is/,
  );
});

test('one name with two kinds within a trial is refused', async () => {
  const study = await created({});
  const trial = (await study.ask()) as Trial;
  const value = trial.suggestFloat('x', 0, 1);
  expect(trial.suggestFloat('x', 0, 1)).toBe(value);
  expect(() => trial.suggestCategorical('x', ['a', 'b'])).toThrow('x is one of "a", "b", but was a number earlier in this study');
});

test('a declared space with conditions and what it forbids is searched by a function too', async () => {
  interface Settings {
    kind: string;
    momentum: number;
    units: number;
  }
  const study = await created({ maxTrials: 40 });
  const declared = space<Settings>({ kind: ['sgd', 'adam'], momentum: float(0, 1), units: [1, 2] } as never)
    .when('momentum' as never, 'kind' as never, 'sgd' as never)
    .forbid((settings) => (settings as Partial<Settings>).kind === 'adam' && (settings as Partial<Settings>).units === 2);
  await study.optimize((trial) => Number(trial.params.units), { space: declared });
  const params = (await study.trials()).map((trial) => trial.params);
  expect(params).toHaveLength(40);
  expect(params.every(({ kind, momentum }) => (kind === 'sgd') === (momentum !== undefined))).toBe(true);
  expect(params.filter(({ kind, units }) => kind === 'adam' && units === 2)).toEqual([]);
  expect(new Set(params.map(({ kind, units }) => `${kind} ${units}`)).size).toBe(3);
});
