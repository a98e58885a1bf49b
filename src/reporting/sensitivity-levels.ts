import type { SensitivityTable } from '../compression/sensitivity.ts';

/** 0.95 -> `95 %` where levels are shares; else the number. */
export function formatLevel(table: Pick<SensitivityTable, 'about'>, level: number): string {
  return table.about.startsWith('share') ? `${percentOf(table, level)} %` : String(level);
}

export function percentOf({ about }: Pick<SensitivityTable, 'about'>, level: number): number {
  return about.startsWith('share') ? Number((100 * level).toPrecision(6)) : level;
}
