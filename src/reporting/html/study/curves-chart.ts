import type { FrozenTrial } from '../../../tuning/storage/study-storage.ts';
import { type Html, html } from '../html.ts';
import { describeTrial, trialRemark } from './describe-trial.ts';
import { linePath, plot, round } from './plot.ts';
import type { StudyView } from './study-view.ts';
import { countAxis, objectiveAxis } from './text-axis.ts';

/** Lines that are drawn; more of them cannot be told apart. */
const shownLines = 150;
/** Points of a line. */
const shownPoints = 60;

/** What trials reported while they ran, by epoch or fold; those that ended early are dashed. Nothing where nothing was reported. */
export function curvesChart(view: StudyView): Html | undefined {
  const { study, best, objectives, fingerprint } = view;
  const reported = study.trials.filter(({ intermediateValues }) => Object.values(intermediateValues).some(Number.isFinite));
  if (reported.length === 0) return undefined;
  const shown = chosen(reported, best);
  const steps = shown.flatMap(({ intermediateValues }) => Object.keys(intermediateValues).map(Number));
  const [first, last] = [steps.reduce((a, b) => Math.min(a, b)), steps.reduce((a, b) => Math.max(a, b))];
  const from = fingerprint && first === 0 ? 1 : 0; // our own epochs and folds are told from 1
  const looks = new Map(shown.map((trial) => [trial, lookOf(trial, best)]));
  const present = new Set(looks.values());
  const words = [
    ['line whole', 'complete'],
    ['line pruned', 'ended early'],
    ['line unfinished', 'failed or running'],
    ['line good', 'best'],
  ] as const;
  const early = shown.filter(({ state }) => state === 'pruned').length;
  return plot({
    title: `${objectives[0].name} by ${stepName(view)}`,
    note: shown.length < reported.length ? `${shown.length} of ${reported.length} trials` : undefined,
    legend: words.filter(([look]) => present.has(look)),
    about: `What ${shown.length} trials reported; ${early} of them ended early.`,
    x: countAxis(stepName(view), first + from, Math.max(last, first + 1) + from),
    y: objectiveAxis(
      objectives[0],
      shown.flatMap(({ intermediateValues }) => Object.values(intermediateValues).filter(Number.isFinite)),
    ),
    draw: (at) =>
      [...shown]
        .sort((a, b) => order.indexOf(looks.get(a)!) - order.indexOf(looks.get(b)!))
        .map((trial) => {
          const points = pointsOf(trial).map(([step, value]) => [at.x(step + from), at.y(value)] as const);
          const there = points.filter(([, y]) => y !== undefined);
          const end = there[there.length - 1];
          return html`<g><title>${describeTrial(view, trial)} ${trialRemark(trial)}</title><path class="${looks.get(trial)}" d="${linePath(points)}"/>${trial.state === 'pruned' && html`<path class="line stop" d="M${end[0]} ${round(end[1]! - 4)}v8"/>`}${there.length === 1 && trial.state !== 'pruned' && html`<circle class="spot" cx="${end[0]}" cy="${end[1]}" r="3"/>`}</g>`;
        }),
  });
}

/** What is drawn over what. */
const order = ['line unfinished', 'line pruned', 'line whole', 'line good'];

function lookOf(trial: FrozenTrial, best: readonly FrozenTrial[]): string {
  if (best.includes(trial)) return 'line good';
  if (trial.state === 'pruned') return 'line pruned';
  return trial.state === 'complete' ? 'line whole' : 'line unfinished';
}

/** The best ones and, evenly over the study, some of the others. */
function chosen(trials: readonly FrozenTrial[], best: readonly FrozenTrial[]): readonly FrozenTrial[] {
  const every = Math.ceil(trials.length / shownLines);
  return every === 1 ? trials : trials.filter((trial, i) => i % every === 0 || best.includes(trial));
}

function pointsOf({ intermediateValues }: FrozenTrial): (readonly [number, number])[] {
  const all = Object.entries(intermediateValues).map(([step, value]) => [Number(step), value] as const);
  all.sort(([a], [b]) => a - b);
  const every = Math.ceil(all.length / shownPoints);
  return all.filter((_, i) => i % every === 0 || i === all.length - 1);
}

function stepName({ fingerprint }: StudyView): string {
  if (!fingerprint) return 'step';
  return fingerprint.cv ? 'fold' : 'epoch';
}
