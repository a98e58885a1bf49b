import type { FrozenTrial } from '../../../tuning/storage/study-storage.ts';
import type { Html } from '../html.ts';
import { describeTrial } from './describe-trial.ts';
import { type Places, plot, round, spots } from './plot.ts';
import { shortName } from './short-name.ts';
import type { StudyView } from './study-view.ts';
import { objectiveAxis, settingAxis } from './text-axis.ts';

/** What trials came to by the value of one setting; those that did not have it are left out. @param which of the objectives */
export function sliceChart(view: StudyView, setting: string, which: number): Html {
  const { complete, good, objectives } = view;
  const there = complete.filter(({ params }) => Object.hasOwn(params, setting));
  const best = view.best.find((trial) => there.includes(trial));
  const x = settingAxis(setting, there);
  const missing = complete.length - there.length;
  /** Trials with the same choice stand beside each other. */
  const placeOf = ({ params, number }: FrozenTrial, at: Places) => {
    const position = x.position(params[setting]);
    const aside = x.choices ? (((number * 0.618) % 1) - 0.5) * (0.4 / x.choices.length) : 0;
    return position === undefined ? undefined : round(at.along(position + aside));
  };
  return plot({
    title: shortName(setting, view.settings),
    note: missing > 0 ? `${missing} trials have none` : undefined,
    about: best ? `${objectives[which].name} of ${there.length} trials. The best one: ${describeTrial(view, best)}.` : '',
    x: { ...x, name: '' },
    y: objectiveAxis(
      objectives[which],
      complete.map(({ values }) => values![which]),
    ),
    width: 400,
    height: 220,
    draw: (at) => {
      const spotOf = (trial: FrozenTrial) => ({
        x: placeOf(trial, at),
        y: at.y(trial.values![which]),
        about: describeTrial(view, trial),
      });
      const others = there.filter((trial) => !good.has(trial));
      return [spots('spot', others.map(spotOf)), spots('spot good', there.filter((trial) => good.has(trial)).map(spotOf))];
    },
  });
}
