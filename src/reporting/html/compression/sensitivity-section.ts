import { type SensitivityTable, safeLevels } from '../../../compression/sensitivity.ts';
import { formatCount, formatLog } from '../../../core/format.ts';
import { formatLevel, percentOf } from '../../sensitivity-levels.ts';
import { tickFormat } from '../format-tick.ts';
import { type Html, html } from '../html.ts';
import { lineChart } from '../line-chart.ts';

/** What each layer bears, one small chart a layer, all with the same axes; the layers that bear most come first. */
export function sensitivitySection(table: SensitivityTable): Html {
  const { layers, metric, trained, levels, samples, technique, about } = table;
  const include = [trained, ...layers.flatMap(({ values }) => values.filter((value) => value !== null))];
  const charts = safeLevels(table).map(({ layer, level }) => {
    const values = layers.find((one) => one.layer === layer)?.values ?? [];
    return lineChart({
      title: `${layer}: ${level === undefined ? 'bears none of it' : `bears ${formatLevel(table, level)}`}`,
      xName: about.startsWith('share') ? 'removed, %' : about,
      x: [0, ...levels.map((one) => percentOf(table, one))],
      series: [{ name: metric, look: 'alone', values: [trained, ...values.map((value) => value ?? Number.NaN)] }],
      format: (value) => formatLog(metric, value),
      formatTick: tickFormat(metric),
      include,
    });
  });
  return html`<section><h2>Sensitivity</h2><p class="muted">${technique} done to one layer alone, without training on: ${about}. Judged on ${formatCount(samples)} samples; "bears" is where ${metric} is at most one point worse.</p><div class="grid">${charts}</div></section>`;
}
