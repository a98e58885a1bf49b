import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../../../runs/write-file-atomically.ts';
import type { FrozenStudy } from '../../../tuning/storage/study-storage.ts';
import { studyAsJson } from '../../../tuning/study-json.ts';
import { trialsFrameAsCsv } from '../../../tuning/trials-frame.ts';
import { renderStudyReport } from './render-study-report.ts';

/** What a study can be reported as. */
export const reportFormats = {
  html: renderStudyReport,
  csv: trialsFrameAsCsv,
  json: studyAsJson,
} as const;

export type ReportFormat = keyof typeof reportFormats;

/**
 * Writes `report.html`, or the same study as a table or as JSON.
 * @param folder `runs/tuning/<name>`, beside its journal
 * @returns the path of the file
 */
export function writeStudyReport(folder: string, study: FrozenStudy, format: ReportFormat = 'html'): string {
  mkdirSync(folder, { recursive: true }); // a study in a database may have none on this machine
  const path = join(folder, `report.${format}`);
  writeFileAtomically(path, reportFormats[format](study));
  return path;
}
