import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { DlError } from '../../../core/errors.ts';
import { formatCountOf } from '../../../core/format.ts';
import { importStudy } from '../../../tuning/import-study.ts';
import { namedStorage } from '../../../tuning/named-storage.ts';
import { journalFile } from '../../../tuning/storage/journal-file.ts';
import { journalStorage } from '../../../tuning/storage/journal-storage.ts';
import { studyJournal } from '../../../tuning/study-paths.ts';
import { parseSettings } from '../../parse-settings.ts';
import type { StudyAction } from './study-action.ts';

/** `dl-project study import` */
export const importIntoStudy: StudyAction = {
  name: 'import',
  usage: 'import <file> <name> [study=<its>]',
  summary: "puts the trials of an exported study (.json) or of a journal, Optuna's too, into a study",
  async run(args, help) {
    const { words, settings } = parseSettings(args, ['study', 'storage'], { command: 'study import', help });
    const [file, name, ...rest] = words;
    if (name === undefined || rest.length > 0) throw new DlError('usage', `import takes a file and the name of a study.\n${help}`);
    if (name !== basename(name) || name.startsWith('.')) throw new DlError('usage', `${name} cannot be the name of a study.\n${help}`);
    if (!existsSync(file)) throw new DlError('missing', `There is no file ${file}.`);
    const storage = namedStorage(settings.storage) ?? journalStorage(journalFile(studyJournal(process.cwd(), name)));
    const { trials, known } = await importStudy({ file, study: settings.study, storage, name });
    process.stdout.write(
      `  ${formatCountOf(trials, 'trial')} put into the study ${name}${known > 0 ? `, which had ${known} already` : ''}\n`,
    );
    return 0;
  },
};
