import { formatDuration } from '../../../core/format.ts';
import type { FrozenTrial, TrialState } from '../../../tuning/storage/study-storage.ts';
import { type Html, html } from '../html.ts';
import { describeTrial, trialDuration, trialRemark } from './describe-trial.ts';
import { round } from './plot.ts';
import type { StudyView } from './study-view.ts';

const width = 980;
const plot = { left: 84, right: 968, top: 8 };
const row = { height: 13, gap: 5 };
const shownRows = 40;
const shownTitles = 300;
const states: readonly (readonly [TrialState, string])[] = [
  ['complete', 'complete'],
  ['pruned', 'ended early'],
  ['fail', 'failed'],
  ['running', 'running'],
];
const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800, 86_400];

interface Bar {
  readonly trial: FrozenTrial;
  readonly begin: number;
  readonly end: number;
}

/** Which process ran which trial when; times in which nobody was at it are cut out. Nothing where no trial has begun. */
export function timelineChart(view: StudyView): Html | undefined {
  const { trials } = view.study;
  const started = trials.filter(({ start, state }) => start && state !== 'waiting');
  if (started.length === 0) return undefined;
  const latest = started.reduce((last, { start, complete }) => Math.max(last, (complete ?? start)!.getTime()), 0);
  const bars = started
    .map((trial) => ({ trial, begin: trial.start!.getTime(), end: trial.complete?.getTime() ?? latest }))
    .sort((a, b) => a.begin - b.begin);
  const { since, total, breaks } = withoutBreaks(bars);
  const rows = rowsOf(bars);
  const shown = rows.slice(0, shownRows);
  const px = (milliseconds: number) => round(plot.left + (total === 0 ? 0 : milliseconds / total) * (plot.right - plot.left));
  const bottom = plot.top + shown.length * (row.height + row.gap);
  const step = steps.find((seconds) => (seconds * 1000) / (total || 1) > 0.1) ?? Math.ceil(total / 6 / 86_400_000) * 86_400;
  const ticks = Array.from({ length: Math.floor(total / step / 1000) + 1 }, (_, i) => i * step);
  const workers = new Set(rows.map(({ worker }) => worker)).size;
  const present = states.filter(([state]) => bars.some(({ trial }) => trial.state === state));
  const title = 'Trials by process';
  return html`<figure class="chart"><figcaption>${title}${rows.length > shown.length && html` <span class="muted">the first ${shown.length} of ${rows.length} rows</span>`}<span class="legend">${present.map(([state, text]) => html`<span><svg class="key" viewBox="0 0 24 8" aria-hidden="true"><rect class="bar ${state}" x="6" width="18" height="8"/></svg>${text}</span>`)}</span></figcaption>
<div class="scroll"><svg class="wide" style="min-width:640px" viewBox="0 0 ${width} ${bottom + 26}" role="img"><title>${title}</title><desc>${workers} processes ran ${bars.length} trials in ${formatDuration(total)}.</desc>
${ticks.map((tick) => html`<path class="grid" d="M${px(tick * 1000)} ${plot.top}V${bottom}"/><text class="tick ${tick === 0 ? '' : 'middle'}" x="${px(tick * 1000)}" y="${bottom + 17}">${tickText(tick)}</text>`)}
${breaks.map(({ at, length }) => html`<path class="mark" d="M${px(at)} ${plot.top}V${bottom}"><title>a break of ${formatDuration(length)}</title></path>`)}
${shown.map(({ name, bars: own }, i) => {
  const top = plot.top + i * (row.height + row.gap);
  const place = ({ begin, end }: Bar) => [px(since(begin)), Math.max(1, round(px(since(end)) - px(since(begin)) - 0.6))] as const;
  return html`<text class="tick end" x="${plot.left - 8}" y="${top + 11}">${name}</text>${
    bars.length > shownTitles
      ? present.map(([state]) => {
          const path = own
            .filter(({ trial }) => trial.state === state)
            .map((bar) => `M${place(bar)[0]} ${top}h${place(bar)[1]}v${row.height}h-${place(bar)[1]}z`);
          return path.length > 0 && html`<path class="bar ${state}" d="${path.join('')}"/>`;
        })
      : own.map((bar) => {
          const [x, length] = place(bar);
          return html`<rect class="bar ${bar.trial.state}" x="${x}" y="${top}" width="${length}" height="${row.height}"><title>${describeTrial(view, bar.trial)} ${trialRemark(bar.trial)} ${trialDuration(bar.trial)}</title></rect>`;
        })
  }`;
})}
</svg></div></figure>`;
}

interface Row {
  readonly worker: string;
  /** Only in the first row of a process. */
  readonly name: string;
  readonly bars: Bar[];
}

/** A row for each process, and more where it ran several trials at a time. */
function rowsOf(bars: readonly Bar[]): Row[] {
  const byWorker = new Map<string, Row[]>();
  for (const bar of bars) {
    const { workerId: worker } = bar.trial;
    const own = byWorker.get(worker) ?? [];
    const free = own.find((one) => one.bars[one.bars.length - 1].end <= bar.begin);
    if (free) free.bars.push(bar);
    else own.push({ worker, name: own.length === 0 ? `process ${byWorker.size + 1}` : '', bars: [bar] });
    byWorker.set(worker, own);
  }
  return [...byWorker.values()].flat();
}

/** Time without the stretches, longer than a twentieth of all others, in which no trial ran. */
function withoutBreaks(bars: readonly Bar[]) {
  const gaps: { from: number; to: number }[] = [];
  let end = bars[0].end;
  let idle = 0;
  for (const bar of bars) {
    if (bar.begin > end) {
      gaps.push({ from: end, to: bar.begin });
      idle += bar.begin - end;
    }
    end = Math.max(end, bar.end);
  }
  const busy = end - bars[0].begin - idle;
  const cut = gaps.filter(({ from, to }) => to - from > busy / 20);
  const since = (time: number) => cut.reduce((left, { from, to }) => left - Math.max(0, Math.min(time, to) - from), time - bars[0].begin);
  return { since, total: since(end), breaks: cut.map(({ from, to }) => ({ at: since(to), length: to - from })) };
}

/** `30 s`, `2 min`, `1 h 30 min` */
function tickText(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toPrecision(3))} s`;
  return formatDuration(seconds * 1000).replace(/ 0 (s|min)$/, '');
}
