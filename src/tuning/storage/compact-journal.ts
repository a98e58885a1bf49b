import { existsSync, statSync } from 'node:fs';
import { DlError } from '../../core/errors.ts';
import { type JournalEntry, operation } from './journal.ts';
import { journalFile } from './journal-file.ts';
import { directions, JournalReplay } from './journal-replay.ts';
import { trialEntry } from './trial-entry.ts';

/**
 * Writes what a journal adds up to into a new one: one line for each study, attribute and trial. The old file stays as it is.
 * @returns the sizes of both
 * @throws DlError `missing` where there is no journal, `refused` where the new file exists or a trial is running, whose process writes the old one
 */
export async function compactJournal(from: string, to: string): Promise<{ readonly bytesBefore: number; readonly bytesAfter: number }> {
  if (!existsSync(from)) throw new DlError('missing', `There is no journal ${from}.`);
  if (existsSync(to)) throw new DlError('refused', `${to} exists already. Name a new file.`);
  const replay = new JournalReplay();
  await journalFile(from).sync((entry) => replay.apply(entry));
  const running = replay.trials.filter(({ state }) => state === 'running').length;
  if (running > 0)
    throw new DlError('refused', `Trials running in ${from}: ${running}. Wait for them, or go on with the study if it was killed.`);
  const entries = compacted(replay);
  await journalFile(to).sync(
    () => {},
    () => entries,
  );
  return { bytesBefore: statSync(from).size, bytesAfter: statSync(to).size };
}

function compacted({ studies, trials }: JournalReplay): JournalEntry[] {
  const worker_id = 'compacted';
  const newId = new Map(studies.map(({ id }, position) => [id, position]));
  const attributes = (op_code: number, field: string, study_id: number, values: Readonly<Record<string, unknown>>) =>
    Object.entries(values).map(([key, value]) => ({ op_code, worker_id, study_id, [field]: { [key]: value } }));
  return [
    ...studies.map((study) => ({
      op_code: operation.createStudy,
      worker_id,
      study_name: study.name,
      directions: study.directions.map((direction) => directions.indexOf(direction)),
    })),
    ...studies.flatMap((study, id) => [
      ...attributes(operation.setStudyUserAttribute, 'user_attr', id, study.userAttributes),
      ...attributes(operation.setStudySystemAttribute, 'system_attr', id, study.systemAttributes),
    ]),
    // In the order of all trials: then their ids are the same again.
    ...trials
      .filter(({ studyId }) => newId.has(studyId))
      .map((trial) => ({ ...trialEntry(newId.get(trial.studyId)!, trial), worker_id: trial.workerId })),
  ];
}
