import { type Html, html } from './html.ts';
import { linearAxis } from './ticks.ts';

const side = 320;
const plot = { left: 62, right: 312, top: 10, bottom: 260 };

/**
 * Draws what was predicted against what is: right predictions lie on the diagonal.
 * @param pairs what is and what was predicted; pairs that are no numbers are left out
 */
export function scatterChart(name: string, pairs: readonly (readonly [number, number])[], format: (value: number) => string): Html {
  const points = pairs.filter((pair) => pair.every(Number.isFinite));
  if (points.length === 0) return html`<p class="muted">There is no number to draw.</p>`;
  const axis = linearAxis(points.flat(), { count: 4 });
  const px = (value: number) => Math.round((plot.left + axis.position(value) * (plot.right - plot.left)) * 10) / 10;
  const py = (value: number) => Math.round((plot.bottom - axis.position(value) * (plot.bottom - plot.top)) * 10) / 10;
  const [low, high] = [axis.ticks[0], axis.ticks[axis.ticks.length - 1]];
  return html`<figure class="chart square"><figcaption>${name}: predicted against actual</figcaption>
<svg viewBox="0 0 ${side} ${side - 20}" role="img"><title>${name}: predicted against actual</title>
<desc>${points.length} samples; the nearer to the diagonal, the better the prediction.</desc>
${axis.ticks.map((tick) => html`<path class="grid" d="M${plot.left} ${py(tick)}H${plot.right}M${px(tick)} ${plot.top}V${plot.bottom}"/><text class="tick end" x="${plot.left - 8}" y="${py(tick) + 4}">${format(tick)}</text><text class="tick middle" x="${px(tick)}" y="${plot.bottom + 18}">${format(tick)}</text>`)}
<path class="mark" d="M${px(low)} ${py(low)}L${px(high)} ${py(high)}"/>
${points.map(([actual, predicted]) => html`<circle class="point" cx="${px(actual)}" cy="${py(predicted)}" r="2.5"/>`)}
<text class="tick end" x="${plot.right}" y="${side - 24}">actual</text></svg></figure>`;
}
