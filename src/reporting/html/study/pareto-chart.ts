import type { FrozenTrial } from '../../../tuning/storage/study-storage.ts';
import { type Html, html } from '../html.ts';
import { describeTrial } from './describe-trial.ts';
import { plot, spots } from './plot.ts';
import type { StudyView } from './study-view.ts';
import { objectiveAxis } from './text-axis.ts';

/** Two of the objectives against each other; the trials that nothing beats in everything stand out. */
export function paretoChart(view: StudyView, across: number, up: number): Html {
  const { complete, good, objectives } = view;
  const [x, y] = [objectives[across], objectives[up]];
  const front = complete.filter((trial) => good.has(trial)).sort((a, b) => a.values![across] - b.values![across]);
  const axisOf = (which: number) =>
    objectiveAxis(
      objectives[which],
      complete.map(({ values }) => values![which]),
    );
  return plot({
    title: `${y.name} by ${x.name}`,
    legend: [
      ['spot', 'trial'],
      ['spot good', 'Pareto front'],
    ],
    about: `${front.length} of ${complete.length} trials are on the Pareto front: none is better in one value without being worse in another.`,
    x: { ...axisOf(across), name: `${x.name}, ${x.direction === 'maximize' ? 'more' : 'less'} is better` },
    y: axisOf(up),
    height: 290,
    draw: (at) => {
      const spotOf = (trial: FrozenTrial) => ({
        x: at.x(trial.values![across]),
        y: at.y(trial.values![up]),
        about: describeTrial(view, trial),
      });
      const path = front.map(spotOf).map(({ x: right, y: height }, i) => (i === 0 ? `M${right} ${height}` : `H${right}V${height}`));
      return [
        spots('spot', complete.filter((trial) => !good.has(trial)).map(spotOf)),
        objectives.length === 2 && html`<path class="line front" d="${path.join('')}"/>`,
        spots('spot good', front.map(spotOf)),
      ];
    },
  });
}
