import type { SensitivityTable } from '../../../compression/sensitivity.ts';
import { compressionPage } from './compression-page.ts';
import { sensitivitySection } from './sensitivity-section.ts';

/** Makes the page of one table. */
export function renderSensitivityReport(title: string, about: string, table: SensitivityTable): string {
  return compressionPage(title, about, sensitivitySection(table));
}
