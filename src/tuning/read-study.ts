import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DlError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { namedStorage } from './named-storage.ts';
import { journalFile } from './storage/journal-file.ts';
import { journalStorage } from './storage/journal-storage.ts';
import type { FrozenStudy, StudyStorage } from './storage/study-storage.ts';
import { studyFolder, studyJournal } from './study-paths.ts';

/** A study and where it is. */
export interface FoundStudy {
  readonly study: FrozenStudy;
  readonly storage: StudyStorage;
  /** The file, where it is a journal. */
  readonly journal?: string;
}

/** The studies of the database that is named, and those of a project that have begun, by name. Only reads. @param root the project's folder */
export async function listStudies(root: string, where?: string): Promise<FoundStudy[]> {
  const storage = namedStorage(where);
  const named = (await storage?.studies())?.map((study) => ({ study, storage: storage! })) ?? [];
  const folder = studyFolder(root, '');
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return [...named, ...(await Promise.all(names.map((name) => studiesIn(studyJournal(root, name))))).flat()];
}

/** The studies of a journal file; none where there is no file. */
export async function studiesIn(journal: string): Promise<FoundStudy[]> {
  if (!existsSync(journal)) return [];
  const storage = journalStorage(journalFile(journal));
  return (await storage.studies()).map((study) => ({ study, storage, journal }));
}

/** A study by name, in the database that is named or else in the project. @throws DlError `missing` where nothing of that name has begun */
export async function findStudy(root: string, name: string, where?: string): Promise<FoundStudy> {
  const storage = namedStorage(where);
  const study = await storage?.study(name);
  if (storage && study) return { study, storage };
  const own = (await studiesIn(studyJournal(root, name))).find(({ study }) => study.name === name);
  if (own) return own;
  const names = (await listStudies(root, where)).map(({ study }) => study.name);
  const begun = names.length > 0 ? ` There are: ${names.join(', ')}.` : '';
  const unbegun = existsSync(join(root, 'tuning', `${name}.ts`)) ? ' It has not begun.' : '';
  throw new DlError(
    'missing',
    `There is no study ${name} in ${storage ? 'that database, nor in ' : ''}runs/tuning/.${unbegun}${didYouMean(name, names)}${begun}`,
  );
}
