import { type Html, html } from '../html.ts';

/** One bar: what it is called, its length in words, and its parts. */
export interface Bar {
  readonly title: string;
  readonly text: string;
  /** By name; in the order of `names`. */
  readonly parts: Readonly<Record<string, number>>;
}

export interface StackedBars {
  readonly title: string;
  /** The parts, the one nearest to the axis first; each has its colour in every bar. At most eight. */
  readonly names: readonly string[];
  readonly bars: readonly Bar[];
  /** `common`: lengths can be compared. `each`: every bar is as long as the widest, so that its parts can be. */
  readonly scale: 'common' | 'each';
  readonly format: (value: number) => string;
}

const width = 480;
const plot = { left: 112, right: 376 };
const row = { height: 22, gap: 12 };

/** Draws bars that lie, one below the other, cut into parts. */
export function stackedBars({ title, names, bars, scale, format }: StackedBars): Html {
  const totals = bars.map(({ parts }) => names.reduce((sum, name) => sum + (parts[name] ?? 0), 0));
  const longest = Math.max(...totals);
  const height = bars.length * (row.height + row.gap);
  const desc = bars.map(({ title: name, text }) => `${name}: ${text}.`).join(' ');
  return html`<figure class="chart"><figcaption>${title}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img"><title>${title}</title><desc>${desc}</desc>
${bars.map((bar, i) => {
  const y = i * (row.height + row.gap);
  const perUnit = (plot.right - plot.left) / ((scale === 'common' ? longest : totals[i]) || 1);
  let x = plot.left;
  const pieces = names.map((name, part) => {
    const value = bar.parts[name] ?? 0;
    const from = x;
    x += value * perUnit;
    if (value === 0) return undefined;
    const shown = Math.max(0.5, x - from - (x - from > 2 ? 0.8 : 0)); // a thin gap tells neighbours apart
    return html`<rect class="part part${part}" x="${round(from)}" y="${y}" width="${round(shown)}" height="${row.height}"><title>${bar.title}, ${name}: ${format(value)}</title></rect>`;
  });
  return html`<text class="tick end" x="${plot.left - 8}" y="${y + 15}">${bar.title}</text>${pieces}<text class="tick" x="${round(x) + 7}" y="${y + 15}">${bar.text}</text>`;
})}
</svg></figure>`;
}

/** The colours of the parts, for all charts that have the same. */
export function partsLegend(names: readonly string[]): Html {
  return html`<p class="parts">${names.map((name, i) => html`<span><i class="part${i}"></i>${name}</span>`)}</p>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
