import { formatPercent } from '../../../core/format.ts';
import { type Html, html } from '../html.ts';
import { shorten } from './plot.ts';
import { shortName } from './short-name.ts';
import type { StudyView } from './study-view.ts';

const width = 480;
const plot = { left: 160, right: 410 };
const row = { height: 18, gap: 12 };
/** Settings that have a bar; the others matter least. */
const shownSettings = 12;

/** How much each setting decides whether a trial is among the best tenth; the most important first. */
export function importanceChart({ importances = {}, settings }: StudyView): Html {
  const shown = Object.entries(importances).slice(0, shownSettings);
  const longest = Math.max(...shown.map(([, share]) => share)) || 1;
  const title = 'Share in being among the best tenth';
  return html`<figure class="chart"><figcaption>${title}</figcaption>
<svg viewBox="0 0 ${width} ${shown.length * (row.height + row.gap)}" role="img"><title>${title}</title><desc>${shown.map(([name, share]) => `${name}: ${formatPercent(share)}.`).join(' ')}</desc>
${shown.map(([name, share], i) => {
  const y = i * (row.height + row.gap) + row.gap / 2;
  const length = Math.max(1, Math.round((share / longest) * (plot.right - plot.left)));
  return html`<g><title>${name}</title><text class="tick end" x="${plot.left - 8}" y="${y + 13}">${shorten(shortName(name, settings), 28)}</text><rect class="share" x="${plot.left}" y="${y}" width="${length}" height="${row.height}" rx="2"/><text class="tick" x="${plot.left + length + 7}" y="${y + 13}">${formatPercent(share)}</text></g>`;
})}
</svg></figure>`;
}
