import { join, relative } from 'node:path';
import { DlError } from '../../../core/errors.ts';
import { formatBytes } from '../../../core/format.ts';
import { compactJournal } from '../../../tuning/storage/compact-journal.ts';
import { studyFolder } from '../../../tuning/study-paths.ts';
import { readStudyLine, type StudyAction } from './study-action.ts';

/** `dl-project study compact` */
export const compactStudy: StudyAction = {
  name: 'compact',
  usage: 'compact <name> [out=<file>]',
  summary: 'writes a new, shorter journal: a line for each trial; the old one stays',
  async run(args, help) {
    const { study, journal, settings } = await readStudyLine(args, ['out'], help);
    if (!journal) throw new DlError('refused', `${study.name} is in a database, which needs no compacting; only journals do.`);
    const root = process.cwd();
    const out = settings.out ?? join(studyFolder(root, study.name), 'journal-compact.log');
    const { bytesBefore, bytesAfter } = await compactJournal(journal, out);
    const shown = relative(root, out).replaceAll('\\', '/');
    process.stdout.write(`  ${shown}, ${formatBytes(bytesBefore)} -> ${formatBytes(bytesAfter)}\n`);
    return 0;
  },
};
