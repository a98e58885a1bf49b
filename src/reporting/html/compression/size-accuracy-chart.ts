import type { CompressionRow } from '../../../compression/compression-result.ts';
import { formatBytes, formatCount, formatLog } from '../../../core/format.ts';
import { tickFormat } from '../format-tick.ts';
import { type Html, html } from '../html.ts';
import { linearAxis, logarithmicAxis } from '../ticks.ts';

const size = { width: 480, height: 300 };
const plot = { left: 64, right: 462, top: 18, bottom: 250 };

/**
 * Where a recipe led, step by step: the file becomes smaller to the right, the model better to the top. The points have the numbers
 * of the table's rows; what was undone is hollow.
 * @param metric `val_accuracy`
 */
export function sizeAccuracyChart(rows: readonly CompressionRow[], metric: string): Html {
  const points = rows.map((row, i) => ({ ...row, number: i })).filter(({ value }) => Number.isFinite(value));
  if (points.length === 0) return html`<p class="muted">There is no number to draw.</p>`;
  const kilobytes = points.map(({ fileBytes }) => fileBytes / 1024);
  const isWide = Math.max(...kilobytes) / Math.min(...kilobytes) > 8;
  const xAxis = isWide ? logarithmicAxis(kilobytes) : linearAxis(kilobytes, { count: 4 });
  const yAxis = linearAxis(points.map(({ value }) => value));
  const px = (value: number) => round(plot.right - 10 - xAxis.position(value) * (plot.right - plot.left - 20));
  const py = (value: number) => round(plot.bottom - yAxis.position(value) * (plot.bottom - plot.top));
  const at = points.map((point) => ({ ...point, x: px(point.fileBytes / 1024), y: py(point.value) }));
  const desc = points.map(({ step, value, fileBytes }) => `${step}: ${formatLog(metric, value)}, ${formatBytes(fileBytes)}.`).join(' ');
  return html`<figure class="chart"><figcaption>${metric} and size of the file${isWide && html` <span class="muted">logarithmic</span>`}</figcaption>
<svg viewBox="0 0 ${size.width} ${size.height}" role="img"><title>${metric} and size of the file after each step</title><desc>${desc}</desc>
${yAxis.ticks.map((tick) => html`<path class="grid" d="M${plot.left} ${py(tick)}H${plot.right}"/><text class="tick end" x="${plot.left - 8}" y="${py(tick) + 4}">${tickFormat(metric)(tick)}</text>`)}
${xAxis.ticks.map((tick) => html`<path class="grid" d="M${px(tick)} ${plot.top}V${plot.bottom}"/><text class="tick middle" x="${px(tick)}" y="${plot.bottom + 18}">${tick < 1000 ? tick : formatCount(tick)}</text>`)}
<text class="tick end" x="${plot.right}" y="${size.height - 8}">KB, smaller to the right</text>
<path class="line alone" d="M${at
    .filter(({ undone }) => !undone)
    .map(({ x, y }) => `${x} ${y}`)
    .join('L')}"/>
${at.map(({ number, step, value, fileBytes, undone, x, y }) => html`<g><title>${number} ${step}: ${formatLog(metric, value)}, ${formatBytes(fileBytes)}</title><circle class="step${undone && ' undone'}" cx="${x}" cy="${y}" r="9"/><text class="number middle${undone && ' undone'}" x="${x}" y="${y + 4}">${number}</text></g>`)}
</svg></figure>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
