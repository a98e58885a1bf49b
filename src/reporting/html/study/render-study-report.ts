import { formatCount, formatDuration } from '../../../core/format.ts';
import { scriptCommand } from '../../../runs/script-command.ts';
import type { Direction, FrozenStudy, FrozenTrial, TrialState } from '../../../tuning/storage/study-storage.ts';
import { facts } from '../facts.ts';
import { type Html, html } from '../html.ts';
import { page } from '../page.ts';
import { readableTime } from '../readable-time.ts';
import { contourChart } from './contour-chart.ts';
import { curvesChart } from './curves-chart.ts';
import { historyChart } from './history-chart.ts';
import { importanceChart } from './importance-chart.ts';
import { parallelChart } from './parallel-chart.ts';
import { paretoChart } from './pareto-chart.ts';
import { sliceChart } from './slice-chart.ts';
import { studyStyle } from './study-style.ts';
import { type StudyView, viewStudy } from './study-view.ts';
import { showChoice } from './text-axis.ts';
import { timelineChart } from './timeline-chart.ts';
import { trialsTable } from './trials-table.ts';

/** Settings that have a slice: the most important ones. */
const shownSlices = 12;
/** Trials of a Pareto front whose settings are shown on top; the table has all. */
const shownOfFront = 8;

/** Makes the page of a study: one file with everything in it, that loads nothing. */
export function renderStudyReport(study: FrozenStudy): string {
  const view = viewStudy(study);
  const { objectives, complete, settings } = view;
  const hasResult = complete.length > 0;
  const begun = study.trials.find(({ start }) => start)?.start;
  const judged = objectives.map(({ name, direction }) => `${name}, ${direction === 'maximize' ? 'more' : 'less'} is better`).join('; ');
  const curves = curvesChart(view);
  const timeline = timelineChart(view);
  return page({
    title: `Study ${study.name}`,
    about: `judged by ${judged}${begun ? `; begun ${readableTime(begun.toISOString())}` : ''}`,
    head: cards(view),
    ownStyle: studyStyle,
    content: html`${hasResult ? bestSection(view) : html`<section><h2>No result yet</h2><p class="muted">${withoutResult(study)}</p></section>`}
${(hasResult || curves) && html`<section><h2>Progress</h2><div class="grid charts">${hasResult && objectives.map((_, i) => historyChart(view, i))}${curves}</div></section>`}
${hasResult && objectives.length > 1 && html`<section><h2>Pareto front</h2><div class="grid charts">${pairsOf(objectives.length).map(([x, y]) => paretoChart(view, x, y))}</div></section>`}
${hasResult && settings.length > 0 && importanceSection(view)}
${complete.length > 1 && settings.length > 0 && html`<section><h2>All settings together</h2>${parallelChart(view)}</section>`}
${hasResult && settings.length > 0 && slicesSection(view)}
${timeline && html`<section><h2>Time</h2>${timeline}</section>`}
<section><h2>Trials</h2>${trialsTable(view)}</section>
${commonSection(view)}`,
  });
}

/** The numbers one looks for first. */
function cards({ study, best, objectives }: StudyView): Html {
  const { trials } = study;
  const count = (state: TrialState) => trials.filter((trial) => trial.state === state).length;
  const others = (['pruned', 'fail', 'running', 'waiting'] as const).filter((state) => count(state) > 0);
  const words = { pruned: 'ended early', fail: 'failed', running: 'running', waiting: 'waiting' };
  const seconds = trials.flatMap(({ start, complete }) => (start && complete ? [complete.getTime() - start.getTime()] : []));
  const [single] = best;
  const result: (readonly [string, string, string?])[] =
    objectives.length > 1
      ? [['Pareto front', formatCount(best.length), 'trials that nothing beats in everything']]
      : single
        ? [[`best ${objectives[0].name}`, objectives[0].format(single.value!), `trial ${single.number + 1}`]]
        : [];
  const all = [
    ...result,
    [
      'trials',
      formatCount(trials.length),
      [`${formatCount(count('complete'))} complete`, ...others.map((state) => `${formatCount(count(state))} ${words[state]}`)].join(', '),
    ] as const,
    ...(seconds.length > 0
      ? [
          [
            'time of all trials',
            formatDuration(seconds.reduce((a, b) => a + b)),
            `${formatDuration(median(seconds))} a trial (median)`,
          ] as const,
        ]
      : []),
  ];
  return html`<dl class="cards">${all.map(([name, value, more]) => html`<div><dt>${name}</dt><dd>${value}${more && html`<small>${more}</small>`}</dd></div>`)}</dl>`;
}

/** What a reader came for: the settings, and what to type to use them. */
function bestSection(view: StudyView): Html {
  const { study, best, objectives, settings, fingerprint } = view;
  if (best.length === 0) return html`<section><h2>Best settings</h2><p class="muted">Every complete trial breaks a limit.</p></section>`;
  const use = fingerprint && html`<pre>${scriptCommand('train', `from-study=${study.name}`)}</pre>`;
  if (objectives.length === 1) {
    const [{ params }] = best;
    const entries = settings.flatMap((name) => (Object.hasOwn(params, name) ? [[name, showChoice(params[name])] as const] : []));
    return html`<section><h2>Best settings</h2>${facts(entries)}${use}</section>`;
  }
  const shown = spreadOver(best, objectives[0].direction);
  return html`<section><h2>Best settings</h2><p class="muted">${best.length === 1 ? 'One trial is' : `${formatCount(best.length)} trials are`} on the Pareto front${shown.length < best.length && `; ${shown.length} of them, from one end to the other`}.</p>
<div class="scroll"><table class="numbers"><thead><tr><th scope="col"></th>${shown.map(({ number }) => html`<th scope="col">trial ${number + 1}</th>`)}</tr></thead>
<tbody>${objectives.map(({ name, format }, i) => html`<tr class="good"><th scope="row">${name}</th>${shown.map(({ values }) => html`<td>${format(values![i])}</td>`)}</tr>\n`)}${settings.map((name) => html`<tr><th scope="row">${name}</th>${shown.map(({ params }) => html`<td>${Object.hasOwn(params, name) && showChoice(params[name])}</td>`)}</tr>\n`)}</tbody></table></div></section>`;
}

/** Some trials of the front, from one end to the other. */
function spreadOver(front: readonly FrozenTrial[], direction: Direction): FrozenTrial[] {
  const sign = direction === 'maximize' ? -1 : 1;
  const sorted = [...front].sort((a, b) => sign * (a.value! - b.value!));
  const count = Math.min(shownOfFront, sorted.length);
  return Array.from({ length: count }, (_, i) => sorted[Math.round((i * (sorted.length - 1)) / Math.max(1, count - 1))]);
}

function importanceSection(view: StudyView): Html {
  const { importances, objectives, complete } = view;
  const contours = objectives.map((_, i) => contourChart(view, i));
  const few = html`<p class="muted">Which settings matter shows from ten complete trials on; there ${complete.length === 1 ? 'is one' : `are ${complete.length}`}.</p>`;
  const told = html`<div>${importanceChart(view)}
<p class="muted">PED-ANOVA: how far a setting's values in the best tenth of the trials differ from those in all of them. It says nothing of ranges that were not tried.</p></div>`;
  return html`<section><h2>What matters</h2>${!importances && few}<div class="grid charts">${importances && told}${contours}</div></section>`;
}

function slicesSection(view: StudyView): Html {
  const { settings, objectives } = view;
  const shown = settings.slice(0, shownSlices);
  return html`<section><h2>${objectives.length > 1 ? 'Each setting alone' : `${objectives[0].name} by each setting alone`}</h2>${objectives.map(
    ({ name }, which) =>
      html`${objectives.length > 1 && html`<h3>${name}</h3>`}<div class="grid slices">${shown.map((setting) => sliceChart(view, setting, which))}</div>`,
  )}
<p class="muted"><span class="swatch"></span>${objectives.length > 1 ? 'the Pareto front' : 'the best tenth'}${shown.length < settings.length && `; the ${shown.length} most important of ${settings.length} settings`}</p></section>`;
}

/** What all trials have in common, as the study keeps it. */
function commonSection({ fingerprint, study }: StudyView): Html {
  const commands = html`<pre>npx dl-project study report ${study.name} format=csv
npx dl-project study report ${study.name} format=json</pre>`;
  if (!fingerprint) return html`<section><h2>As data</h2>${commands}</section>`;
  const entries = Object.entries(fingerprint.settings).map(
    ([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
  const folds = fingerprint.cv ? [['cross-validation', `${fingerprint.cv.folds} folds`] as const] : [];
  return html`<section><h2>Settings of all trials</h2>${facts([...folds, ...entries])}</section><section><h2>As data</h2>${commands}</section>`;
}

function withoutResult({ trials }: FrozenStudy): string {
  if (trials.length === 0) return 'No trial has begun.';
  const ended = trials.filter(({ state }: FrozenTrial) => state === 'complete' || state === 'fail' || state === 'pruned').length;
  return ended === trials.length
    ? 'Every trial failed, ended early, or came to no finite number. The table below says why.'
    : 'Trials are still running.';
}

function pairsOf(count: number): [number, number][] {
  const pairs: [number, number][] = [];
  for (let x = 0; x < count; x++) for (let y = x + 1; y < count; y++) pairs.push([x, y]);
  return pairs.slice(0, 6);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
