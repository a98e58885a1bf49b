import { join } from 'node:path';
import { writeFileAtomically } from '../../runs/write-file-atomically.ts';
import { renderReport } from './render-report.ts';
import { readReportData } from './report-data.ts';

/**
 * Writes `report.html` into the folder of a run, from what else lies there. Synchronous: also called when Ctrl-C ends the process.
 * @returns its path
 * @throws DlError `missing` where the folder holds no run
 */
export function writeReport(folder: string): string {
  const path = join(folder, 'report.html');
  writeFileAtomically(path, renderReport(readReportData(folder)));
  return path;
}
