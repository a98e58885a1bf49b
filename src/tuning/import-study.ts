import { readFileSync } from 'node:fs';
import { DlError } from '../core/errors.ts';
import { createStudy } from './create-study.ts';
import { metricNamesOf } from './metric-names.ts';
import { studiesIn } from './read-study.ts';
import type { StudyStorage, TrialTemplate } from './storage/study-storage.ts';
import { type ExportedStudy, readStudyJson } from './study-json.ts';

/** What to import. */
export interface ImportOptions {
  /** A study of `dl-project study export` (JSON), or a journal, Optuna's too. */
  readonly file: string;
  /** Which of the journal's studies. @default the only one */
  readonly study?: string;
  /** What gets it. */
  readonly storage: StudyStorage;
  /** Under which name. @default its own */
  readonly name?: string;
}

/**
 * Puts the trials that are over, and those that wait, from a file into a study, which begins with them unless it exists.
 * A trial that the study has already is not put there again.
 * @returns the name, how many trials were put there, and how many were there already
 * @throws DlError `file` for a file that has none, `name` where it has several and none is named, `refused` for a study of other directions
 */
export async function importStudy({
  file,
  study,
  storage,
  name,
}: ImportOptions): Promise<{ readonly name: string; readonly trials: number; readonly known: number }> {
  const given = file.endsWith('.json') ? readStudyJson(readFileSync(file, 'utf8'), file) : await fromJournal(file, study);
  const { directions } = given;
  const target = await createStudy({ name: name ?? given.name, storage, directions, loadIfExists: true });
  const own = await target.userAttributes();
  for (const [key, value] of Object.entries(given.userAttributes)) if (!(key in own)) await target.setUserAttribute(key, value);
  if (given.metricNames && !(await target.metricNames())) await target.setMetricNames(given.metricNames);
  const over = given.trials.filter(({ state }) => state !== 'running');
  const known = new Set((await target.trials()).map(fingerprintOf));
  const others = over.filter((trial) => !known.has(fingerprintOf(trial)));
  for (const trial of others) await target.addTrial(trial);
  return { name: target.name, trials: others.length, known: over.length - others.length };
}

/** Equal for one trial in two studies: what it tried, when, and what came of it. */
function fingerprintOf({ state, start, complete, values, params = {}, systemAttributes }: TrialTemplate): string {
  const sorted = Object.entries(params).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([state, start ?? null, complete ?? null, values?.map(String), sorted, systemAttributes?.fixed_params]);
}

async function fromJournal(file: string, name: string | undefined): Promise<ExportedStudy> {
  const found = (await studiesIn(file)).map(({ study }) => study);
  const names = found.map((study) => study.name).join(', ');
  if (name === undefined && found.length > 1)
    throw new DlError('name', `${file} has several studies: ${names}. Name one: study=${found[0].name}`);
  const study = name === undefined ? found[0] : found.find((one) => one.name === name);
  if (!study) throw new DlError('name', `${file} has no study${name ? ` ${name}` : ''}.${names && ` It has: ${names}.`}`);
  return { ...study, metricNames: metricNamesOf(study) };
}
