import { setTimeout as sleep } from 'node:timers/promises';
import { distributionToJson } from '../distribution.ts';
import { type Journal, type JournalEntry, operation } from './journal.ts';
import { directions, JournalReplay, trialStates } from './journal-replay.ts';
import type { FrozenStudy, StudyStorage } from './study-storage.ts';
import { timestamp, trialEntry } from './trial-entry.ts';
import { isGone, workerId } from './worker-id.ts';

type Operation = { readonly op_code: number } & Readonly<Record<string, unknown>>;

/** A journal is looked at again so often by who waits for others. */
const waitMilliseconds = 500;

/** Studies in a journal. Everything is written before it counts, and counts as whoever reads the journal would see it. */
export function journalStorage(journal: Journal): StudyStorage {
  const replay = new JournalReplay();
  const { leases } = journal;
  /** The trials that this process runs. */
  const running = new Set<number>();
  const see = (entry: JournalEntry) => replay.apply(entry);

  /** Writes what `operations` gives when it is its turn. */
  function write(operations: () => readonly Operation[]): Promise<void> {
    return journal.sync(see, () => operations().map(({ op_code, ...fields }) => ({ op_code, worker_id: workerId, ...fields })));
  }
  const writeOne = (op_code: number, fields: object) => write(() => [{ op_code, ...fields }]);
  function letGo(trial: number): void {
    running.delete(trial);
    if (running.size === 0) leases?.release();
  }
  const studyOf = (id: number): FrozenStudy | undefined => replay.studies.find((study) => study.id === id);

  return {
    isShared: leases !== undefined, // a journal in memory has none
    async studies() {
      await journal.sync(see);
      return replay.studies;
    },
    async study(key) {
      await journal.sync(see);
      return replay.studies.find(({ id, name }) => key === id || key === name);
    },
    async createStudy(name, studyDirections) {
      const codes = studyDirections.map((one) => directions.indexOf(one));
      await writeOne(operation.createStudy, { study_name: name, directions: codes });
      return replay.studies.find((study) => study.name === name)!.id;
    },
    setStudyAttribute: (study_id, key, value) => writeOne(operation.setStudyUserAttribute, { study_id, user_attr: { [key]: value } }),
    setStudySystemAttribute: (study_id, key, value) =>
      writeOne(operation.setStudySystemAttribute, { study_id, system_attr: { [key]: value } }),
    async beginTrial(studyId, choose) {
      leases?.hold(); // before others can see the trial, who would find no lease of its process
      let id: number | undefined;
      await write(() => {
        const study = studyOf(studyId);
        const next = study && choose(study);
        if (!next) return [];
        if ('waiting' in next) {
          id = next.waiting.id;
          return [{ op_code: operation.setTrialState, trial_id: id, state: 0, values: null, datetime_start: timestamp() }];
        }
        id = replay.trials.length;
        return [trialEntry(studyId, next)];
      });
      const trial = id === undefined ? undefined : replay.trials[id];
      if (trial?.state === 'running') running.add(trial.id);
      if (running.size === 0) leases?.release();
      return trial;
    },
    addTrial: (studyId, trial) => write(() => [trialEntry(studyId, trial)]),
    setTrialParameter: (trial_id, param_name, param_value_internal, distribution) =>
      writeOne(operation.setTrialParameter, { trial_id, param_name, param_value_internal, distribution: distributionToJson(distribution) }),
    setIntermediateValue: (trial_id, step, intermediate_value) =>
      writeOne(operation.setTrialIntermediateValue, { trial_id, step, intermediate_value }),
    setTrialAttribute: (trial_id, key, value) => writeOne(operation.setTrialUserAttribute, { trial_id, user_attr: { [key]: value } }),
    setTrialSystemAttribute: (trial_id, key, value) =>
      writeOne(operation.setTrialSystemAttribute, { trial_id, system_attr: { [key]: value } }),
    async endTrial(trial_id, state, values, then) {
      await write(() => {
        const trial = replay.trials[trial_id];
        if (trial.complete) return [];
        const end = {
          op_code: operation.setTrialState,
          trial_id,
          state: trialStates.indexOf(state),
          values,
          datetime_complete: timestamp(),
        };
        return then ? [end, trialEntry(trial.studyId, then)] : [end];
      });
      const { workerId: owner } = replay.trials[trial_id];
      if (owner !== workerId) leases?.forget(owner);
      letGo(trial_id);
    },
    async returnTrial(trial_id) {
      await writeOne(operation.setTrialState, { trial_id, state: trialStates.indexOf('waiting'), values: null });
      letGo(trial_id);
    },
    isLost: ({ workerId: worker }) => isGone(worker) || leases?.isStale(worker) === true,
    isAlive: ({ workerId: worker }) => !isGone(worker) && leases?.isHeld(worker) === true,
    waitForChange: () => sleep(waitMilliseconds),
  };
}
