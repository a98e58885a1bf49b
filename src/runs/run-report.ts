import { join } from 'node:path';
import { shownFolder } from './find-run.ts';
import { readLatest } from './latest-run.ts';
import { readRunRecord } from './run-record.ts';
import type { ScriptProject } from './script-project.ts';

/**
 * Makes the report of a training anew, unless `callbacks.report` is switched off. One that cannot be written spoils nothing: it is said.
 * @returns where it is, as people see it: `runs/latest/report.html`; undefined where there is none
 */
export function reportOn(
  { root, writeReport }: Pick<ScriptProject, 'root' | 'writeReport'>,
  folder: string,
  print: (text: string) => void,
): string | undefined {
  const record = readRunRecord(folder);
  if (!writeReport || record?.kind !== 'train' || record.config.callbacks?.report === false) return undefined;
  try {
    const path = writeReport(folder);
    return readLatest(root) === folder ? 'runs/latest/report.html' : shownFolder(root, path);
  } catch (error) {
    print(`  The report ${shownFolder(root, join(folder, 'report.html'))} could not be written: ${(error as Error).message}`);
    return undefined;
  }
}
