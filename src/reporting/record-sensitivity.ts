import type { SensitivityTable } from '../compression/sensitivity.ts';
import type { Run } from '../runs/run.ts';
import { writeFileAtomically } from '../runs/write-file-atomically.ts';
import { renderSensitivityReport } from './html/compression/render-sensitivity-report.ts';

/** Where a run keeps them. */
export const sensitivityFolder = 'sensitivity';

/** Writes a table as CSV, one line per layer and level, and as curves in a page. */
export function recordSensitivity(run: Pick<Run, 'id' | 'config' | 'path' | 'shown' | 'print'>, table: SensitivityTable): void {
  const [csv, page] = ['csv', 'html'].map((ending) => run.path(sensitivityFolder, `${table.technique}.${ending}`));
  writeFileAtomically(csv, toCsv(table));
  writeFileAtomically(
    page,
    renderSensitivityReport(`${run.config.name}: sensitivity`, `${run.config.model.name} on ${run.config.data.name}, run ${run.id}`, table),
  );
  run.print(`\n  curves: ${run.shown(page)}   table: ${run.shown(csv)}`);
}

function toCsv({ layers, levels, metric }: SensitivityTable): string {
  const lines = layers.flatMap(({ layer, values }) =>
    values.map((value, i) => `${/[",\n]/.test(layer) ? JSON.stringify(layer) : layer},${levels[i]},${value ?? ''}`),
  );
  return `layer,level,${metric}\n${lines.join('\n')}\n`;
}
