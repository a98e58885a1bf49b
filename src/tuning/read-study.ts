import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DlError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { journalFile } from './storage/journal-file.ts';
import { journalStorage } from './storage/journal-storage.ts';
import type { FrozenStudy } from './storage/study-storage.ts';
import { studyFolder, studyJournal } from './study-paths.ts';

/** A study and the journal that it is in. */
export interface FoundStudy {
  readonly study: FrozenStudy;
  readonly journal: string;
}

/** The studies of a project that have begun, by name. Only reads. @param root the project's folder */
export async function listStudies(root: string): Promise<FoundStudy[]> {
  const folder = studyFolder(root, '');
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return (await Promise.all(names.map((name) => studiesIn(studyJournal(root, name))))).flat();
}

/** The studies of a journal file; none where there is no file. */
export async function studiesIn(journal: string): Promise<FoundStudy[]> {
  if (!existsSync(journal)) return [];
  return (await journalStorage(journalFile(journal)).studies()).map((study) => ({ study, journal }));
}

/** A study by name. @throws DlError `missing` where nothing of that name has begun */
export async function findStudy(root: string, name: string): Promise<FoundStudy> {
  const own = (await studiesIn(studyJournal(root, name))).find(({ study }) => study.name === name);
  if (own) return own;
  const names = (await listStudies(root)).map(({ study }) => study.name);
  const begun = names.length > 0 ? ` There are: ${names.join(', ')}.` : '';
  const where = existsSync(join(root, 'tuning', `${name}.ts`)) ? ' It has not begun.' : '';
  throw new DlError('missing', `There is no study ${name} in runs/tuning/.${where}${didYouMean(name, names)}${begun}`);
}
