import { basename } from 'node:path';
import { DlError } from '../../../core/errors.ts';
import { type ReportFormat, reportFormats, writeStudyReport } from '../../../reporting/html/study/write-study-report.ts';
import { shownFolder } from '../../../runs/find-run.ts';
import { studyFolder } from '../../../tuning/study-paths.ts';
import { readStudyLine, type StudyAction } from './study-action.ts';

/** `dl-project study report` */
export const reportOfStudy: StudyAction = {
  name: 'report',
  usage: 'report <name> [format=html]',
  summary: 'a page of charts beside the journal: what was tried, what was best, what matters; or its trials: csv, json',
  async run(args, help) {
    const { study, settings } = await readStudyLine(args, ['format'], help);
    const { format = 'html' } = settings;
    if (!Object.hasOwn(reportFormats, format)) {
      throw new DlError('usage', `format=${format} must be one of ${Object.keys(reportFormats).join(', ')}.\n${help}`);
    }
    const root = process.cwd();
    const path = writeStudyReport(studyFolder(root, basename(study.name)), study, format as ReportFormat);
    process.stdout.write(`  report: ${shownFolder(root, path)}\n`);
    return 0;
  },
};
