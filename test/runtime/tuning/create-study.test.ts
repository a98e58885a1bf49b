import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createStudy,
  gridSampler,
  journalFile,
  journalStorage,
  randomSampler,
  type SearchSpace,
  type Study,
  type StudyOptions,
  type Trial,
  TrialPruned,
} from '../../../src/tuning/index.ts';
import { compactJournal } from '../../../src/tuning/storage/compact-journal.ts';
import { workerId } from '../../../src/tuning/storage/worker-id.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'study-'));
  path = join(folder, 'journal.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (options: Partial<StudyOptions> = {}) =>
  createStudy({ name: 'a', storage: journalStorage(journalFile(path)), loadIfExists: true, ...options });
const statesOf = async (study: Study) => (await study.trials()).map(({ state }) => state);

describe('a study with several directions', () => {
  test('keeps a value for each, and its best trials are the Pareto front', async () => {
    const study = await open({ directions: ['maximize', 'minimize'] });
    const values = [
      [0.9, 5],
      [0.8, 5],
      [0.9, 4],
      [0.5, 1],
      [0.9, 4],
    ];
    for (const value of values) await study.tell((await study.ask())!, value);
    expect((await study.bestTrials()).map(({ number }) => number)).toEqual([2, 3, 4]);
    await expect(study.bestTrial()).rejects.toThrow('several directions, so several best trials: bestTrials()');
    const trial = (await study.ask())!;
    await expect(trial.shouldPrune()).rejects.toThrow('nothing can be pruned');
    await study.tell(trial, 1);
    expect((await study.trials())[5].userAttributes.cause).toBe('the objective gave 1 values, the study has 2 directions');
    await expect(open({ directions: ['maximize', 'maximize'] })).rejects.toThrow('is to maximize, minimize, not to maximize, maximize');
  });

  test('has a name for each value where somebody gave them, and not for some of them', async () => {
    const study = await open({ directions: ['maximize', 'minimize'] });
    expect(await study.metricNames()).toBeUndefined();
    await study.setMetricNames(['accuracy', 'size']);
    expect(await (await open({ directions: ['maximize', 'minimize'] })).metricNames()).toEqual(['accuracy', 'size']);
    await expect(study.setMetricNames(['accuracy'])).rejects.toMatchObject({
      code: 'config',
      message: 'setMetricNames got 1 names, the study a has 2 directions. Name each value.',
    });
  });

  test('cannot stop at a target', async () => {
    await expect(open({ directions: ['maximize', 'minimize'], stopWhen: { target: 1 } })).rejects.toThrow('which value should decide');
  });
});

describe('constraints', () => {
  test('are written in both of Optuna’s forms, and what breaks one is never the best', async () => {
    const study = await open();
    await study.optimize(
      (trial) => {
        trial.setConstraint('size', trial.number - 1);
        trial.setConstraint('time', -1);
        return 10 - trial.number;
      },
      { trials: 3 },
    );
    const [, , broken] = await study.trials();
    expect(broken.systemAttributes).toEqual({ 'constraints:size': 1, 'constraints:time': -1, constraints: [1, -1] });
    expect(broken.constraints).toEqual({ size: 1, time: -1 });
    expect((await study.bestTrial())?.number).toBe(1);
    expect((await study.bestTrials()).map(({ number }) => number)).toEqual([1]);
  });
});

describe('enqueue', () => {
  test('is tried first, once over all processes, and the sampler chooses the rest', async () => {
    const study = await open({ sampler: randomSampler({ seed: 3 }) });
    await study.enqueue({ x: 0.25 });
    await study.enqueue({ x: 0.5, y: 7 });
    const other = await open();
    const trials = await Promise.all([study.ask(), other.ask(), study.ask(), other.ask()]);
    expect(trials.map((trial) => trial!.number).sort()).toEqual([0, 1, 2, 3]);
    for (const trial of trials) {
      trial!.suggestFloat('x', 0, 1);
      trial!.suggestInt('y', 1, 9);
      await trial!.flush();
    }
    const [first, second, third] = await study.trials();
    expect(first.params.x).toBe(0.25);
    expect(first.params.y).toBeGreaterThanOrEqual(1);
    expect(second.params).toEqual({ x: 0.5, y: 7 });
    expect(third.params.x).not.toBe(0.25);
    expect(first.start).not.toBeNull();
  });

  test('of what cannot be chosen fails the trial, with the value', async () => {
    const study = await open();
    await study.enqueue({ activation: 'selu' });
    await study.optimize((trial) => (trial.suggestCategorical('activation', ['relu', 'tanh']) ? 1 : 0), { trials: 1 });
    expect((await study.trials())[0].userAttributes.cause).toMatch('given "selu" for activation, which is not one of its choices');
  });
});

describe('a grid', () => {
  test('that several processes try has every combination once', async () => {
    const grid = { rate: [1, 2, 3], size: [1, 2, 3, 4] };
    const studies = await Promise.all([1, 2, 3].map(() => open({ sampler: gridSampler(grid) })));
    const objective = async (trial: Trial) => {
      await new Promise((done) => setTimeout(done, 5)); // the others ask meanwhile
      return trial.suggestCategorical('rate', grid.rate) * trial.suggestCategorical('size', grid.size);
    };
    await Promise.all(studies.map((study) => study.optimize(objective, { workers: 2 })));
    const tried = (await studies[0].trials()).map(({ params }) => `${params.rate} ${params.size}`);
    expect(tried).toHaveLength(12);
    expect(new Set(tried).size).toBe(12);
  });
});

describe('limits', () => {
  test('maxTrials is one total over all processes and calls', async () => {
    const studies = await Promise.all([1, 2, 3].map(() => open({ maxTrials: 10 })));
    await Promise.all(studies.map((study) => study.optimize((trial) => trial.suggestFloat('x', 0, 1), { workers: 3 })));
    expect(await statesOf(studies[0])).toEqual(Array.from({ length: 10 }, () => 'complete'));
    await (await open({ maxTrials: 12 })).optimize(() => 1);
    expect(await statesOf(studies[0])).toHaveLength(12);
  });

  test('a target ends it', async () => {
    const study = await open({ direction: 'maximize', stopWhen: { target: 3 } });
    await study.optimize((trial) => trial.number);
    expect(await statesOf(study)).toHaveLength(4);
  });

  test('so many trials without gain end it', async () => {
    const study = await open({ stopWhen: { noGainTrials: 4 } });
    await study.optimize((trial) => (trial.number < 3 ? -trial.number : 0));
    expect(await statesOf(study)).toHaveLength(7);
  });

  test('a time budget begins no further trial', async () => {
    const study = await open();
    await study.optimize(() => new Promise((done) => setTimeout(() => done(1), 20)), { timeBudgetSeconds: 0.01 });
    expect(await statesOf(study)).toEqual(['complete']);
  });
});

describe('a trial that does not end well', () => {
  test('is kept with its cause, and the study goes on', async () => {
    const study = await open();
    let aborted = false;
    const objectives: ((trial: Trial) => number | Promise<number>)[] = [
      () => {
        throw new Error('no memory');
      },
      () => Number.NaN,
      (trial) => {
        trial.signal.addEventListener('abort', () => {
          aborted = true;
        });
        return new Promise(() => {});
      },
      (trial) => {
        trial.report(0.5, 2);
        trial.report(0.25, 10);
        throw new TrialPruned();
      },
      () => 'many' as never,
      () => 4,
    ];
    await study.optimize((trial) => objectives[trial.number](trial), { trials: 6, timeoutSeconds: 0.05 });
    const trials = await study.trials();
    expect(trials.map(({ state, value, userAttributes }) => [state, value, userAttributes.cause])).toEqual([
      ['fail', null, 'no memory'],
      ['fail', null, 'the value is NaN'],
      ['fail', null, 'took longer than 0.05 s'],
      ['pruned', 0.25, undefined],
      ['fail', null, 'the objective gave "many", not a number'],
      ['complete', 4, undefined],
    ]);
    expect(aborted).toBe(true);
  });

  test('is tried again as often as the study allows, with its parameters and notes', async () => {
    const study = await open({ retries: 2, maxTrials: 2, sampler: randomSampler() });
    const notes: unknown[] = [];
    await study.optimize((trial) => {
      const x = trial.suggestFloat('x', 0, 1);
      notes.push(trial.userAttributes.run);
      trial.setUserAttribute('run', `runs/${trial.number}`);
      if (trial.number < 3) throw new Error('again');
      return x;
    });
    const trials = await study.trials();
    expect(trials.map(({ state }) => state)).toEqual(['fail', 'fail', 'fail', 'complete']);
    expect(new Set(trials.slice(0, 3).map(({ params }) => params.x)).size).toBe(1);
    expect(trials[2].systemAttributes).toMatchObject({ failed_trial: 0, retry_history: [0, 1] });
    expect(notes).toEqual([undefined, 'runs/0', 'runs/1', undefined]);
  });

  test('is not tried again where it would end alike', async () => {
    const study = await open({ retries: 2 });
    await study.optimize(() => Number.NaN, { trials: 1 });
    expect(await statesOf(study)).toEqual(['fail']);
  });

  test('of a killed process is tried again by the next one', async () => {
    await (await open()).ask();
    const dead = spawnSync(process.execPath, ['-e', '0']).pid;
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/"worker_id":"[^"]+"/g, `"worker_id":"x-${dead}@${workerId.split('@')[1]}"`));
    const study = await open({ retries: 1 });
    expect(await statesOf(study)).toEqual(['fail', 'waiting']);
    expect((await study.ask())?.number).toBe(1);
  });
});

describe('leases', () => {
  test('stand beside the journal as long as something runs, and a stale one makes its trial a lost one', async () => {
    const study = await open({ retries: 1 });
    const trial = (await study.ask())!;
    expect(readdirSync(`${path}.leases`)).toHaveLength(1);
    await study.tell(trial, 1);
    expect(readdirSync(`${path}.leases`)).toEqual([]);

    await study.ask();
    const elsewhere = 'x-1@another-machine';
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/"worker_id":"[^"]+"/g, `"worker_id":"${elsewhere}"`));
    const lease = join(`${path}.leases`, encodeURIComponent(elsewhere));
    expect(await statesOf(await open())).toEqual(['complete', 'running']);
    writeFileSync(lease, '');
    expect(await statesOf(await open())).toEqual(['complete', 'running']);
    const old = new Date(Date.now() - 91_000);
    utimesSync(lease, old, old);
    expect(await statesOf(await open())).toEqual(['complete', 'fail']);
    expect(existsSync(lease)).toBe(false);
  });
});

describe('a declared space', () => {
  const space: SearchSpace = {
    parameters: {
      optimizer: { kind: 'categorical', choices: ['sgd', 'adam'] },
      momentum: { kind: 'float', low: 0.5, high: 0.9, log: false, step: null },
      units: { kind: 'int', low: 1, high: 3, log: false, step: 1 },
    },
    conditions: [{ parameter: 'momentum', on: 'optimizer', values: ['sgd'] }],
    isForbidden: ({ optimizer, units }) => optimizer === 'adam' && units === 1,
  };

  test('is drawn whole: with its conditions, without what it forbids, and nobody sees a part of it', async () => {
    const study = await open();
    await study.optimize(() => 1, { trials: 60, space });
    const trials = await study.trials();
    for (const { params } of trials) {
      expect('momentum' in params).toBe(params.optimizer === 'sgd');
      expect(params.optimizer === 'adam' && params.units === 1).toBe(false);
    }
    expect(new Set(trials.map(({ params }) => `${params.optimizer} ${params.units}`)).size).toBe(5);
    expect(readFileSync(path, 'utf8')).not.toContain('"op_code":5');
  });

  test('takes a value over instead of computing it twice', async () => {
    const { momentum: _, ...parameters } = space.parameters;
    const study = await open({ reuseValues: true, maxTrials: 20, sampler: randomSampler() });
    let computed = 0;
    const ended: number[] = [];
    await study.optimize((trial) => trial.suggestInt('units', 1, 3) + ++computed, {
      space: { parameters },
      onTrialEnd: ({ number }) => void ended.push(number),
    });
    const trials = await study.trials();
    expect(computed).toBe(6);
    expect(trials).toHaveLength(20);
    expect(ended).toEqual(trials.map(({ number }) => number));
    for (const { params, value, userAttributes } of trials.slice(6)) {
      const before = trials[userAttributes.sameAs as number];
      expect([before.params, before.value]).toEqual([params, value]);
    }
    expect(await (await open({ reuseValues: true })).ask({ parameters })).toBeUndefined();
  });

  test('that forbids everything is refused', async () => {
    const study = await open();
    await expect(study.ask({ ...space, isForbidden: () => true })).rejects.toThrow('The space of the study a forbids everything');
  });
});

describe('compactJournal', () => {
  test('adds up to the same studies, in fewer lines, and leaves the old file alone', async () => {
    const study = await open({ retries: 1 });
    await study.setUserAttribute('note', 1);
    await study.setUserAttribute('note', 2);
    await study.enqueue({ x: 0.5 });
    await study.optimize(
      (trial) => {
        const x = trial.suggestFloat('x', 0, 1);
        trial.suggestCategorical('kind', ['a', null]);
        for (let step = 0; step < 5; step++) trial.report(step === 2 ? Number.NaN : x, step);
        trial.setConstraint('size', -1);
        if (trial.number === 1) throw new Error('no');
        if (trial.number === 2) throw new TrialPruned();
        return x;
      },
      { trials: 6 },
    );
    await (await open({ name: 'b', directions: ['minimize', 'maximize'] })).optimize(() => [1, Number.POSITIVE_INFINITY], { trials: 2 });
    await study.enqueue({ x: 0.75 });
    const before = readFileSync(path, 'utf8');
    const small = join(folder, 'small.log');
    const { bytesBefore, bytesAfter } = await compactJournal(path, small);
    expect(bytesAfter).toBeLessThan(bytesBefore / 1.5);
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(await journalStorage(journalFile(small)).studies()).toEqual(await journalStorage(journalFile(path)).studies());
    await expect(compactJournal(path, small)).rejects.toThrow('exists already');
    await study.ask();
    await expect(compactJournal(path, join(folder, 'other.log'))).rejects.toThrow('Trials running in');
  });
});
