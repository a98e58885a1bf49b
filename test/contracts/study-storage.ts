import { beforeEach, describe, expect, test } from 'vitest';
import type { Distribution } from '../../src/tuning/distribution.ts';
import type { FrozenTrial, StudyStorage, TrialTemplate } from '../../src/tuning/storage/study-storage.ts';
import { workerId } from '../../src/tuning/storage/worker-id.ts';

const x: Distribution = { kind: 'float', low: 0, high: 1, log: false, step: null };

/** A trial with everything that a trial can have. */
const full: TrialTemplate = {
  state: 'complete',
  values: [Number.POSITIVE_INFINITY, -0.1],
  params: { x: 0.1 + 0.2, n: 7, kind: null, text: 'naïve "ü"\n' },
  distributions: {
    x,
    n: { kind: 'int', low: 1, high: 9, log: false, step: 2 },
    kind: { kind: 'categorical', choices: ['a', null, true, 2.5] },
    text: { kind: 'categorical', choices: ['naïve "ü"\n'] },
  },
  intermediateValues: { 0: Number.NaN, 1: Number.NEGATIVE_INFINITY, 10: 1e-300 },
  userAttributes: { run: 'runs/a', folds: [{ score: Number.NaN, seconds: 1 }], text: 'Infinity' },
  systemAttributes: { fixed_params: { x: 0.3 }, 'constraints:size': -3, constraints: [-3] },
  start: new Date('2026-01-02T03:04:05.678Z'),
  complete: new Date('2026-01-02T03:05:06.789Z'),
};

/**
 * What everything that keeps studies must do.
 * @param open gives two storages on one new, empty place, as two processes would have them; the same one twice where nothing can be shared
 */
export function studyStorageContract(title: string, open: () => Promise<readonly [StudyStorage, StudyStorage]>): void {
  describe(title, () => {
    let storage: StudyStorage;
    let other: StudyStorage;
    let study: number;
    const begin = (one = storage) => one.beginTrial(study, () => ({})) as Promise<FrozenTrial>;
    const trialsIn = async (one = other) => (await one.study(study))!.trials;
    beforeEach(async () => {
      [storage, other] = await open();
      study = await storage.createStudy('a', ['minimize', 'maximize']);
    });

    test('has a study once, by name and by id', async () => {
      expect(await other.createStudy('a', ['minimize'])).toBe(study);
      const second = await other.createStudy('b/ü', ['minimize']);
      expect(second).not.toBe(study);
      expect((await storage.studies()).map(({ name, directions }) => [name, directions])).toEqual([
        ['a', ['minimize', 'maximize']],
        ['b/ü', ['minimize']],
      ]);
      expect(await storage.study('b/ü')).toMatchObject({ id: second, trials: [] });
      expect(await storage.study(study)).toMatchObject({ name: 'a' });
      expect([await storage.study('c'), await storage.study(99)]).toEqual([undefined, undefined]);
      await other.setStudyAttribute(second, 'note', { of: [1, Number.NaN] });
      await other.setStudyAttribute(second, 'note', { of: [2, Number.NaN] });
      await other.setStudySystemAttribute(second, 'study:metric_names', ['accuracy']);
      await other.setStudySystemAttribute(second, 'study:metric_names', ['naïve "loss"']);
      expect(await storage.study(second)).toMatchObject({
        userAttributes: { note: { of: [2, Number.NaN] } },
        systemAttributes: { 'study:metric_names': ['naïve "loss"'] },
      });
    });

    test('gives a trial back as it was added', async () => {
      await storage.addTrial(study, full);
      await storage.addTrial(study, { state: 'waiting', systemAttributes: { fixed_params: { x: 1 } } });
      const [first, second] = await trialsIn();
      expect(first).toMatchObject({ ...full, number: 0, value: Number.POSITIVE_INFINITY, constraints: { size: -3 } });
      expect(Object.keys(first.params)).toEqual(['x', 'n', 'kind', 'text']);
      expect(second).toMatchObject({ number: 1, state: 'waiting', values: null, start: null, complete: null });
      expect(second.systemAttributes).toEqual({ fixed_params: { x: 1 } });
    });

    test('keeps what a trial tells while it runs', async () => {
      const trial = await begin();
      expect(trial).toMatchObject({ number: 0, state: 'running', workerId, params: {}, values: null });
      await storage.setTrialParameter(trial.id, 'x', 0.5, x);
      await storage.setIntermediateValue(trial.id, 0, 3);
      await storage.setIntermediateValue(trial.id, 0, Number.NaN);
      await storage.setTrialAttribute(trial.id, 'run', 'runs/1');
      await storage.setTrialSystemAttribute(trial.id, 'constraints:size', 2);
      const [seen] = await trialsIn();
      expect(seen).toMatchObject({ params: { x: 0.5 }, intermediateValues: { 0: Number.NaN }, userAttributes: { run: 'runs/1' } });
      expect([seen.constraints, seen.systemAttributes]).toEqual([{ size: 2 }, { 'constraints:size': 2 }]);
      expect(other.isLost(seen)).toBe(false);
      await storage.endTrial(trial.id, 'complete', [1, Number.NEGATIVE_INFINITY]);
      const [ended] = await trialsIn();
      expect(ended).toMatchObject({ state: 'complete', values: [1, Number.NEGATIVE_INFINITY], value: 1 });
      expect(ended.complete!.getTime()).toBeGreaterThanOrEqual(ended.start!.getTime());
      expect(Math.abs(Date.now() - ended.complete!.getTime())).toBeLessThan(60_000);
    });

    test('lets what is over be', async () => {
      const trial = await begin();
      await other.endTrial(trial.id, 'fail', null, { state: 'waiting' });
      await storage.endTrial(trial.id, 'complete', [1, 2], { state: 'waiting' });
      await storage.setIntermediateValue(trial.id, 5, 1);
      await storage.setTrialAttribute(trial.id, 'run', 'late');
      await storage.setTrialParameter(trial.id, 'x', 0.5, x);
      const [ended, ...further] = await trialsIn();
      expect(ended).toMatchObject({ state: 'fail', values: null, intermediateValues: {}, userAttributes: {}, params: {} });
      expect(further.map(({ number, state }) => [number, state])).toEqual([[1, 'waiting']]);
    });

    test('numbers the trials of processes that begin them at once, and shows each choice the trials before', async () => {
      const counts: number[] = [];
      const beginOne = (one: StudyStorage) =>
        one.beginTrial(study, ({ trials }) => {
          counts.push(trials.length);
          return trials.length < 20 ? { params: { x: trials.length / 20 }, distributions: { x } } : undefined;
        });
      const begun = await Promise.all(Array.from({ length: 24 }, (_, i) => beginOne(i % 2 === 0 ? storage : other)));
      const numbers = begun.flatMap((trial) => (trial ? [trial.number] : []));
      expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
      expect((await trialsIn()).map(({ params }) => params.x)).toEqual(Array.from({ length: 20 }, (_, i) => i / 20));
      expect(counts).toHaveLength(24);
    });

    test('gives a trial that waits to one process only', async () => {
      for (let i = 0; i < 5; i++) await storage.addTrial(study, { state: 'waiting', userAttributes: { i } });
      const claim = (one: StudyStorage) =>
        one.beginTrial(study, ({ trials }) => {
          const waiting = trials.find(({ state }) => state === 'waiting');
          return waiting && { waiting };
        });
      const claimed = await Promise.all(Array.from({ length: 8 }, (_, i) => claim(i % 2 === 0 ? storage : other)));
      const numbers = claimed.flatMap((trial) => (trial ? [trial.number] : []));
      expect(numbers.sort()).toEqual([0, 1, 2, 3, 4]);
      const trials = await trialsIn();
      expect(trials.map(({ state, workerId: worker, start }) => [state, worker, start !== null])).toEqual(
        Array.from({ length: 5 }, () => ['running', workerId, true]),
      );
    });

    test('takes a trial back as it is, and it can be begun again', async () => {
      const trial = await begin();
      await storage.setTrialParameter(trial.id, 'x', 0.5, x);
      await storage.setIntermediateValue(trial.id, 0, 3);
      await storage.returnTrial(trial.id);
      const [waiting] = await trialsIn();
      expect(waiting).toMatchObject({ id: trial.id, state: 'waiting', params: { x: 0.5 }, intermediateValues: { 0: 3 } });
      expect(await other.beginTrial(study, () => ({ waiting }))).toMatchObject({ id: trial.id, number: 0, state: 'running' });
      await other.endTrial(trial.id, 'pruned', null);
      await storage.returnTrial(trial.id);
      expect((await trialsIn()).map(({ state }) => state)).toEqual(['pruned']);
    });

    test('wakes who waits for a change', async () => {
      await trialsIn();
      const changed = other.waitForChange(study);
      const trial = await begin();
      await changed;
      expect(await trialsIn()).toHaveLength(1);
      await storage.endTrial(trial.id, 'fail', null);
      await other.waitForChange(study);
      expect((await trialsIn()).map(({ state }) => state)).toEqual(['fail']);
    });
  });
}
