import { formatCount } from '../../../core/format.ts';
import { bestOf } from '../../../tuning/best-trials.ts';
import type { FrozenTrial } from '../../../tuning/storage/study-storage.ts';
import { type Html, html } from '../html.ts';
import { trialDuration, trialRemark } from './describe-trial.ts';
import { shortName } from './short-name.ts';
import type { StudyView } from './study-view.ts';
import { showChoice } from './text-axis.ts';

/** Rows of the table; of more trials it shows the best. */
const shownRows = 100;

/** The trials, the best first, with their state and why they failed; and each cause once. */
export function trialsTable(view: StudyView): Html {
  const { objectives, settings, study, good } = view;
  const shown = ordered(view).slice(0, shownRows);
  const causes = causesOf(study.trials);
  return html`${
    causes.length > 0 &&
    html`<ul class="causes">${causes.map(([cause, count]) => html`<li><b>${formatCount(count)}</b> failed: ${cause}</li>`)}</ul>`
  }
<div class="scroll"><table class="numbers trials">
<thead><tr><th scope="col">trial</th>${objectives.map(({ name }) => html`<th scope="col">${name}</th>`)}${settings.map((name) => html`<th scope="col" title="${name}">${shortName(name, settings)}</th>`)}<th scope="col">time</th><th scope="col"><span class="sr">remark</span></th></tr></thead>
<tbody>${shown.map((trial) => html`<tr${good.has(trial) && html` class="good"`}><th scope="row">${trial.number + 1}</th>${objectives.map(({ format }, i) => html`<td>${trial.values && format(trial.values[i])}</td>`)}${settings.map((name) => html`<td>${Object.hasOwn(trial.params, name) && showChoice(trial.params[name])}</td>`)}<td>${trialDuration(trial)}</td><td class="remark">${trialRemark(trial)}</td></tr>\n`)}</tbody></table></div>
${shown.length < study.trials.length && html`<p class="muted">The first ${shown.length} of ${formatCount(study.trials.length)} trials; all of them: <code>npx dl-project study report ${study.name} format=csv</code></p>`}`;
}

/** Complete ones by value, or the front first; then what ended early, runs, waits, and failed. */
function ordered({ study, best }: StudyView): readonly FrozenTrial[] {
  const { trials, directions } = study;
  const sign = directions[0] === 'maximize' ? -1 : 1;
  const group = (trial: FrozenTrial) => {
    if (directions.length > 1 && best.includes(trial)) return 0;
    if (bestOf([trial], directions[0])) return 1;
    return 2 + ['complete', 'pruned', 'running', 'waiting', 'fail'].indexOf(trial.state);
  };
  const groups = new Map(trials.map((trial) => [trial, group(trial)]));
  return [...trials].sort((a, b) => groups.get(a)! - groups.get(b)! || sign * ((a.value ?? 0) - (b.value ?? 0)) || a.number - b.number);
}

function causesOf(trials: readonly FrozenTrial[]): [cause: string, count: number][] {
  const counts = new Map<string, number>();
  for (const trial of trials.filter(({ state }) => state === 'fail')) {
    const cause = String(trial.userAttributes.cause ?? 'no cause kept');
    counts.set(cause, (counts.get(cause) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).slice(0, 10);
}
