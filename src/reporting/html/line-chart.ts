import { type Html, html } from './html.ts';
import { type Axis, countingAxis, fittingAxis } from './ticks.ts';

/** One line of a chart. */
export interface Series {
  readonly name: string;
  /** Its look; `training` lines are thin and dashed, so that colour is not all that tells them apart. `alone` needs no legend. */
  readonly look: 'training' | 'validation' | 'alone';
  /** One per entry of `x`; what is no finite number leaves a gap. */
  readonly values: readonly number[];
}

export interface LineChart {
  readonly title: string;
  /** What the horizontal axis counts: `epoch`. */
  readonly xName: string;
  readonly x: readonly number[];
  readonly series: readonly Series[];
  /** How a value is written for mice and screen readers. */
  readonly format: (value: number) => string;
  /** How a round value is written on the axis. */
  readonly formatTick: (value: number) => string;
  /** A place on the horizontal axis to point at. */
  readonly mark?: { readonly x: number; readonly text: string };
  /** Values that the vertical axis reaches to besides, so that charts beside each other have the same. @default none */
  readonly include?: readonly number[];
}

const size = { width: 480, height: 250 };
const plot = { left: 58, right: 468, top: 14, bottom: 214 };
/** Points that are drawn as such; more of them only blur the line. */
const shownPoints = 40;
/** Points of a line; more cannot be seen, but weigh. */
const linePoints = 400;

/** Draws lines over epochs as an SVG picture that follows the colours of the page. Nothing but the frame where there is no number at all. */
export function lineChart(chart: LineChart): Html {
  const { title, xName, x, series, formatTick, mark, include = [] } = chart;
  const finite = series.flatMap(({ values }) => values.filter(Number.isFinite));
  if (finite.length === 0)
    return html`<figure class="chart"><figcaption>${title}</figcaption><p class="muted">There is no number to draw.</p></figure>`;
  const xAxis = countingAxis(x[0], x[x.length - 1]);
  const yAxis = fittingAxis([...finite, ...include]);
  const at = (axis: Axis, value: number, from: number, to: number) => round(from + axis.position(value) * (to - from));
  const px = (value: number) => at(xAxis, value, plot.left + 6, plot.right - 6);
  const py = (value: number) => at(yAxis, value, plot.bottom, plot.top);
  return html`<figure class="chart">
<figcaption>${title}${yAxis.isLogarithmic && html` <span class="muted">logarithmic</span>`}<span class="legend">${series.filter(({ look }) => look !== 'alone').map(legend)}</span></figcaption>
<svg viewBox="0 0 ${size.width} ${size.height}" role="img">
<title>${title}</title><desc>${describe(chart)}</desc>
${yAxis.ticks.map((tick) => html`<path class="grid" d="M${plot.left} ${py(tick)}H${plot.right}"/><text class="tick end" x="${plot.left - 8}" y="${py(tick) + 4}">${formatTick(tick)}</text>`)}
${xAxis.ticks.map((tick) => html`<text class="tick middle" x="${px(tick)}" y="${plot.bottom + 20}">${tick}</text>`)}
<text class="tick end" x="${plot.right}" y="${size.height - 2}">${xName}</text>
${mark && html`<path class="mark" d="M${px(mark.x)} ${plot.top}V${plot.bottom}"/><text class="tick halo ${markSide(xAxis, mark.x)}" x="${px(mark.x) + (markSide(xAxis, mark.x) === 'end' ? -5 : 5)}" y="${plot.top + 12}">${mark.text}</text>`}
${series.map(({ look, values }) => drawLine(look, thin(x, values), px, py))}
${x.length <= shownPoints && hovers(chart, px)}
</svg></figure>`;
}

function drawLine(
  look: string,
  points: readonly (readonly [number, number])[],
  px: (v: number) => number,
  py: (v: number) => number,
): Html {
  let path = '';
  let inLine = false;
  for (const [x, y] of points) {
    if (Number.isFinite(y)) path += `${inLine ? 'L' : 'M'}${px(x)} ${py(y)}`;
    inLine = Number.isFinite(y);
  }
  const dots = points.length <= shownPoints ? points.filter(([, y]) => Number.isFinite(y)) : [];
  return html`<path class="line ${look}" d="${path}"/>${dots.map(([x, y]) => html`<circle class="dot ${look}" cx="${px(x)}" cy="${py(y)}" r="3"/>`)}`;
}

/** What a mouse over an epoch tells. */
function hovers({ xName, x, series, format }: LineChart, px: (v: number) => number): Html[] {
  const width = x.length > 1 ? px(x[1]) - px(x[0]) : 40;
  return x.map((value, i) => {
    const texts = series.map((one) => `${one.name} ${format(one.values[i])}`);
    return html`<rect class="hover" x="${round(px(value) - width / 2)}" y="${plot.top}" width="${round(width)}" height="${plot.bottom - plot.top}"><title>${xName} ${value}: ${texts.join(', ')}</title></rect>`;
  });
}

function legend({ name, look }: Series): Html {
  return html`<span><svg class="key" viewBox="0 0 24 8" aria-hidden="true"><path class="line ${look}" d="M0 4H24"/></svg>${name}</span>`;
}

/** The lines in words: where they begin and end, and their extremes. */
function describe({ xName, x, series, format }: LineChart): string {
  const lines = series.map(({ name, values }) => {
    const finite = values.filter(Number.isFinite);
    if (finite.length === 0) return `${name} was never a number.`;
    const [low, high] = [finite.reduce((a, b) => Math.min(a, b)), finite.reduce((a, b) => Math.max(a, b))];
    return `${name} begins at ${format(finite[0])} and ends at ${format(finite[finite.length - 1])}; lowest ${format(low)}, highest ${format(high)}.`;
  });
  return `Over ${xName} ${x[0]} to ${x[x.length - 1]}. ${lines.join(' ')}`;
}

/** Leaves out points of a long line, but of each stretch neither its lowest nor its highest. */
function thin(x: readonly number[], values: readonly number[]): (readonly [number, number])[] {
  const all = x.map((value, i) => [value, values[i]] as const);
  const stretch = Math.ceil((2 * all.length) / linePoints);
  if (stretch <= 2) return all;
  const kept: (readonly [number, number])[] = [];
  for (let start = 0; start < all.length; start += stretch) {
    const points = all.slice(start, start + stretch);
    const sorted = points.filter(([, y]) => Number.isFinite(y)).sort((a, b) => a[1] - b[1]);
    const ends = sorted.length > 0 ? [sorted[0], sorted[sorted.length - 1]] : points.slice(0, 1);
    kept.push(...[...new Set(ends)].sort((a, b) => a[0] - b[0]));
  }
  return kept;
}

function markSide(axis: Axis, x: number): 'end' | 'start' {
  return axis.position(x) > 0.6 ? 'end' : 'start';
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
