import type { FrozenTrial } from '../../../tuning/storage/study-storage.ts';
import { type Html, html } from '../html.ts';
import { describeTrial, isFeasible, trialRemark } from './describe-trial.ts';
import { crosses, type Places, plot, type Spot, spots } from './plot.ts';
import type { StudyView } from './study-view.ts';
import { countAxis, objectiveAxis } from './text-axis.ts';

/** The value of each trial in the order in which they began, and the best so far. @param which of the objectives */
export function historyChart(view: StudyView, which: number): Html {
  const { study, complete, objectives } = view;
  const { name, direction, format } = objectives[which];
  const kept = complete.filter(isFeasible);
  const broken = complete.filter((trial) => !isFeasible(trial));
  const failed = study.trials.filter(({ state }) => state === 'fail');
  const best = bestSoFar(kept, which, direction === 'maximize' ? 1 : -1);
  const last = best[best.length - 1];
  const spotOf = (trial: FrozenTrial, at: Places): Spot => ({
    x: at.x(trial.number + 1),
    y: trial.state === 'fail' ? at.bottom : at.y(trial.values![which]),
    about: `${describeTrial(view, trial)} ${trialRemark(trial)}`,
  });
  return plot({
    title: `${name}, best so far`,
    legend: [
      ['spot', 'trial'],
      ...(broken.length > 0 ? [['spot hollow', 'breaks a limit'] as const] : []),
      ...(failed.length > 0 ? [['cross', 'failed'] as const] : []),
      ['line good', 'best so far'],
    ],
    about: last ? `The first result is ${format(best[0].value)}, the best one ${format(last.value)}, of trial ${last.trial}.` : '',
    x: countAxis('trial', 1, Math.max(2, study.trials.length)),
    y: objectiveAxis(
      objectives[which],
      complete.map(({ values }) => values![which]),
    ),
    draw: (at) => [
      crosses(failed.map((trial) => spotOf(trial, at))),
      spots(
        'spot',
        kept.map((trial) => spotOf(trial, at)),
      ),
      spots(
        'spot hollow',
        broken.map((trial) => spotOf(trial, at)),
      ),
      html`<path class="line good" d="${stairs(best, study.trials.length, at)}"/>`,
    ],
  });
}

interface Step {
  /** From 1 on. */
  readonly trial: number;
  readonly value: number;
}

/** The trials that were better than all before. */
function bestSoFar(trials: readonly FrozenTrial[], which: number, sign: 1 | -1): Step[] {
  const steps: Step[] = [];
  for (const { number, values } of trials) {
    const value = values![which];
    if (steps.length === 0 || sign * value > sign * steps[steps.length - 1].value) steps.push({ trial: number + 1, value });
  }
  return steps;
}

function stairs(steps: readonly Step[], trials: number, at: Places): string {
  const path = steps.map(({ trial, value }, i) => (i === 0 ? `M${at.x(trial)} ${at.y(value)}` : `H${at.x(trial)}V${at.y(value)}`));
  return steps.length === 0 ? '' : `${path.join('')}H${at.x(Math.max(2, trials))}`;
}
