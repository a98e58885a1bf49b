import type { Overrides } from '../config/resolve-config.ts';
import { DlError } from '../core/errors.ts';
import { scriptCommand } from '../runs/script-command.ts';
import { bestOf } from './best-trials.ts';
import { namedStorage } from './named-storage.ts';
import { overridesOf } from './plan-trials.ts';
import { journalFile } from './storage/journal-file.ts';
import { journalStorage } from './storage/journal-storage.ts';
import { fingerprintKey, type StudyFingerprint } from './study-fingerprint.ts';
import { studyJournal } from './study-paths.ts';

/**
 * The settings of the best trial of a study, for `from-study=<name>`. Only reads.
 * @param root the project's folder
 * @param where the database that the study names
 * @throws DlError `missing` where the study has no finished trial yet
 */
export async function bestOverrides(root: string, name: string, where?: string): Promise<Overrides> {
  const study =
    (await namedStorage(undefined, where)?.study(name)) ?? (await journalStorage(journalFile(studyJournal(root, name))).study(name));
  const best = study && bestOf(study.trials, study.directions[0]);
  // A study that Optuna began has no fingerprint: what its parameters mean in config.ts is not known.
  const fingerprint = study?.userAttributes[fingerprintKey] as StudyFingerprint | undefined;
  if (!best || !fingerprint) {
    throw new DlError('missing', `The study ${name} has no result yet. Type: ${scriptCommand('tune', `study=${name}`)}`);
  }
  return overridesOf(fingerprint.space, best.params);
}
