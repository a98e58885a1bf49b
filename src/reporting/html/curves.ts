import { formatCount, formatDuration, formatLog, formatNumber } from '../../core/format.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import { tickFormat } from './format-tick.ts';
import { type Html, html } from './html.ts';
import { lineChart, type Series } from './line-chart.ts';
import type { EpochLog } from './read-log.ts';

type Format = (value: number) => string;

/** Columns of a log that are no metric. */
const otherColumns = ['learningRate', 'samplesPerSecond', 'seconds', 'step'];
/** Rows of the table of epochs; of more epochs it shows some. */
const shownRows = 250;

/** The curves of a training: loss and metrics with their validation twins, learning rate, speed; and the numbers themselves. */
export function curves(record: RunRecord, log: EpochLog | undefined): Html {
  if (!log) {
    return html`<section><h2>Curves</h2><p class="muted">${withoutLog(record)}</p></section>`;
  }
  const keys = [...log.columns.keys()].filter((key) => !otherColumns.includes(key));
  const names = keys.filter((key) => !key.startsWith('val_') || !keys.includes(key.slice(4)));
  const best = record.bestEpoch === undefined ? undefined : record.bestEpoch + 1;
  const mark = best !== undefined && log.epochs.includes(best) ? { x: best, text: `best: ${best}` } : undefined;
  const base = { xName: 'epoch', x: log.epochs };
  const metrics = names.map((name) =>
    lineChart({
      ...base,
      title: name,
      series: seriesOf(log, name),
      format: (value) => formatLog(name, value),
      formatTick: tickFormat(name),
      mark,
    }),
  );
  const rest = [
    chartOf(log, 'learningRate', 'learning rate', formatRate, tickFormat('learningRate')),
    chartOf(log, 'samplesPerSecond', `${sampleName(record)} per second, training`, formatCount, formatCount),
  ];
  return html`<section><h2>Curves</h2><div class="grid">${metrics}${rest}</div>${table(log)}</section>`;
}

/** What a sample is called. */
export function sampleName({ sizes }: RunRecord): string {
  return sizes === undefined ? 'samples' : sizes.inputShape.length === 3 ? 'images' : 'rows';
}

function withoutLog({ config, status, bestEpoch }: RunRecord): string {
  if (config?.callbacks?.csvLogger === undefined) return 'There is no log: csvLogger is not among the callbacks of config.ts.';
  return bestEpoch === undefined && status !== 'finished' ? 'No epoch was finished.' : 'There is no log that can be read.';
}

function seriesOf({ columns }: EpochLog, name: string): Series[] {
  const series = (key: string, look: Series['look'], title: string): Series[] => {
    const values = columns.get(key);
    return values ? [{ name: title, look, values }] : [];
  };
  if (name.startsWith('val_')) return series(name, 'validation', 'validation');
  return [...series(name, 'training', 'training'), ...series(`val_${name}`, 'validation', 'validation')];
}

function chartOf(log: EpochLog, key: string, title: string, format: Format, formatTick: Format): Html | undefined {
  const values = log.columns.get(key);
  if (!values?.some(Number.isFinite)) return undefined;
  return lineChart({ title, xName: 'epoch', x: log.epochs, series: [{ name: title, look: 'alone', values }], format, formatTick });
}

function table({ epochs, columns }: EpochLog): Html {
  const every = Math.ceil(epochs.length / shownRows);
  const rows = epochs.map((_, i) => i).filter((i) => i % every === 0 || i === epochs.length - 1);
  const keys = [...columns.keys()];
  return html`<details><summary>All numbers${every > 1 && `, every ${ordinal(every)} epoch`}</summary><div class="scroll"><table class="numbers">
<thead><tr><th scope="col">epoch</th>${keys.map((key) => html`<th scope="col">${key}</th>`)}</tr></thead>
<tbody>${rows.map((i) => html`<tr><th scope="row">${epochs[i]}</th>${keys.map((key) => html`<td>${cell(key, columns.get(key)?.[i] ?? Number.NaN)}</td>`)}</tr>\n`)}</tbody></table></div></details>`;
}

function cell(key: string, value: number): string {
  if (key === 'learningRate') return formatRate(value);
  if (key === 'samplesPerSecond' || key === 'step') return Number.isFinite(value) ? formatCount(value) : String(value);
  return key === 'seconds' ? formatDuration(value * 1000) : formatLog(key, value);
}

function formatRate(value: number): string {
  return value !== 0 && Math.abs(value) < 0.01 ? value.toExponential(1).replace('.0e', 'e') : formatNumber(value);
}

function ordinal(count: number): string {
  return count === 2 ? 'second' : count === 3 ? 'third' : `${count}th`;
}
