import type { FrozenTrial } from '../../../tuning/storage/study-storage.ts';
import { type Html, html } from '../html.ts';
import { describeTrial } from './describe-trial.ts';
import { round, shorten } from './plot.ts';
import { shortName } from './short-name.ts';
import type { StudyView } from './study-view.ts';
import { objectiveAxis, settingAxis, type TextAxis } from './text-axis.ts';

/** Settings that have an axis: the most important ones. */
const shownSettings = 8;
const height = 330;
const plot = { right: 96, top: 44, bottom: 274, missing: 306 };
/** Lines that tell what they are where the mouse is; more of them are one path for each look. */
const shownTitles = 120;

/** Every trial as a line through its settings to what it came to; the best tenth stands out. A setting that a trial did not have is below its axis. */
export function parallelChart(view: StudyView): Html {
  const { complete, good, objectives, settings } = view;
  const shown = settings.slice(0, shownSettings);
  const axes: { axis: TextAxis; of: (trial: FrozenTrial) => unknown }[] = [
    ...shown.map((name) => ({ axis: settingAxis(name, complete), of: ({ params }: FrozenTrial) => params[name] })),
    ...objectives.map((objective, i) => ({
      axis: objectiveAxis(
        objective,
        complete.map(({ values }) => values![i]),
      ),
      of: ({ values }: FrozenTrial) => values![i],
    })),
  ];
  const width = Math.max(480, 140 * axes.length + 40);
  const left = Math.max(84, ...(axes[0]?.axis.ticks ?? []).map(({ text }) => text.length * 7 + 20));
  const x = (i: number) => round(left + (i / (axes.length - 1)) * (width - left - plot.right));
  const y = (position: number | undefined) =>
    position === undefined ? plot.missing : round(plot.bottom - position * (plot.bottom - plot.top));
  const path = (trial: FrozenTrial) => `M${axes.map(({ axis, of }, i) => `${x(i)} ${y(axis.position(of(trial)))}`).join('L')}`;
  const draw = (look: string, trials: readonly FrozenTrial[]) =>
    complete.length > shownTitles
      ? html`<path class="line ${look}" d="${trials.map(path).join('')}"/>`
      : html`${trials.map((trial) => html`<path class="line ${look}" d="${path(trial)}"><title>${describeTrial(view, trial)}</title></path>`)}`;
  const isMissing = ({ axis, of }: (typeof axes)[number]) => complete.some((trial) => axis.position(of(trial)) === undefined);
  const hasMissing = axes.some(isMissing);
  const others = complete.filter((trial) => !good.has(trial));
  const names = axes.map(({ axis }) => axis.name);
  const isCrowded = names.some((name) => (shortName(name, names).length + 6) * 7.5 > x(1) - x(0));
  const title = 'Every trial as a line';
  return html`<figure class="chart"><figcaption>${title}${settings.length > shown.length && html` <span class="muted">the ${shown.length} most important of ${settings.length} settings</span>`}<span class="legend"><span><svg class="key" viewBox="0 0 24 8" aria-hidden="true"><path class="line other" d="M0 4H24"/></svg>trial</span><span><svg class="key" viewBox="0 0 24 8" aria-hidden="true"><path class="line good" d="M0 4H24"/></svg>${objectives.length > 1 ? 'Pareto front' : 'best tenth'}</span></span></figcaption>
<div class="scroll"><svg class="wide" style="min-width:${Math.round(width * 0.85)}px;max-width:${Math.round(width * 1.3)}px" viewBox="0 0 ${width} ${hasMissing ? height : plot.bottom + 12}" role="img"><title>${title}</title><desc>${complete.length} trials over ${axes.map(({ axis }) => axis.name).join(', ')}.</desc>
${draw('other', others)}
${draw(
  'good',
  complete.filter((trial) => good.has(trial)),
)}
${axes.map(({ axis }, i) => axisLine(axis, shortName(axis.name, names), x(i), isCrowded && i % 2 === 0 ? 14 : 30, y, i >= shown.length))}
${axes.map((one, i) => isMissing(one) && html`<text class="tick halo end" x="${x(i) - 8}" y="${plot.missing + 4}">none</text>`)}
</svg></div></figure>`;
}

/** Numbers on the left of the axis, those of values on the right. */
function axisLine(
  { name, ticks, isLogarithmic }: TextAxis,
  short: string,
  x: number,
  top: number,
  y: (position: number) => number,
  isValue: boolean,
): Html {
  const side = isValue ? { className: 'tick halo', x: x + 8 } : { className: 'tick halo end', x: x - 8 };
  const label = `${short}${isLogarithmic ? ', log' : ''}`;
  return html`<g><title>${name}</title><path class="axis" d="M${x} ${plot.top}V${plot.bottom}"/><text class="tick name middle" x="${x}" y="${top}">${shorten(label, 28)}</text>
${ticks.map((tick) => html`<path class="axis" d="M${x - 3} ${y(tick.position)}h6"/><text class="${side.className}" x="${side.x}" y="${y(tick.position) + 4}">${tick.text}</text>`)}</g>`;
}
