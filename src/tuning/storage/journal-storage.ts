import { distributionToJson } from '../distribution.ts';
import { type Journal, operation } from './journal.ts';
import { directions, JournalReplay, trialStates } from './journal-replay.ts';
import type { StudyStorage } from './study-storage.ts';
import { workerId } from './worker-id.ts';

/** Studies in a journal. Everything is written before it counts, and counts as whoever reads the journal would see it. */
export function journalStorage(journal: Journal): StudyStorage {
  const replay = new JournalReplay();

  async function write(op_code: number, fields: object): Promise<void> {
    for (const entry of await journal.append([{ op_code, worker_id: workerId, ...fields }])) replay.apply(entry);
  }

  async function read(): Promise<void> {
    for (const entry of await journal.read()) replay.apply(entry);
  }

  return {
    async studies() {
      await read();
      return replay.studies;
    },
    async createStudy(name, studyDirections) {
      await write(operation.createStudy, { study_name: name, directions: studyDirections.map((one) => directions.indexOf(one)) });
      return replay.studies.find((study) => study.name === name)!.id;
    },
    setStudyAttribute: (study_id, key, value) => write(operation.setStudyUserAttribute, { study_id, user_attr: { [key]: value } }),
    async createTrial(study_id) {
      await write(operation.createTrial, { study_id, datetime_start: now() });
      return replay.trialCount - 1;
    },
    setTrialParameter: (trial_id, param_name, param_value_internal, distribution) =>
      write(operation.setTrialParameter, { trial_id, param_name, param_value_internal, distribution: distributionToJson(distribution) }),
    setIntermediateValue: (trial_id, step, intermediate_value) =>
      write(operation.setTrialIntermediateValue, { trial_id, step, intermediate_value }),
    setTrialAttribute: (trial_id, key, value) => write(operation.setTrialUserAttribute, { trial_id, user_attr: { [key]: value } }),
    setTrialSystemAttribute: (trial_id, key, value) =>
      write(operation.setTrialSystemAttribute, { trial_id, system_attr: { [key]: value } }),
    async setTrialState(trial_id, state, values) {
      const time = state === 'running' ? { datetime_start: now() } : { datetime_complete: now() };
      await write(operation.setTrialState, {
        trial_id,
        state: trialStates.indexOf(state),
        values,
        ...time,
      });
    },
  };
}

/** UTC with microseconds and offset, as Optuna 5 writes it; Pythons before 3.11 do not read a `Z`. */
function now(): string {
  return new Date().toISOString().replace('Z', '000+00:00');
}
