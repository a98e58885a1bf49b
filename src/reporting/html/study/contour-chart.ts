import type { FrozenTrial } from '../../../tuning/storage/study-storage.ts';
import { type Html, html } from '../html.ts';
import { describeTrial } from './describe-trial.ts';
import { type Places, plot, spots } from './plot.ts';
import { shortName } from './short-name.ts';
import type { StudyView } from './study-view.ts';
import { objectiveAxis, settingAxis, type TextAxis } from './text-axis.ts';

/** Shades from worst to best. */
const levels = 8;
/** Width and height of what has one shade, in units of the picture. */
const grain = 2.5;
/** Softens the peaks of single trials: a share of the square of the picture's side. */
const softness = 0.004;
/** Trials that count for the areas. */
const mostPoints = 400;

/**
 * What the two most important settings come to together. Numbers: interpolated between the trials, nearer ones count more (Shepard 1968). Choices: the best
 * trial of each pair. Undefined where no two settings vary together. @param which of the objectives
 */
export function contourChart(view: StudyView, which: number): Html | undefined {
  const pair = mostImportantPair(view);
  if (!pair) return undefined;
  const { complete, good, objectives } = view;
  const objective = objectives[which];
  const there = complete.filter(({ params }) => pair.every((name) => Object.hasOwn(params, name)));
  const [x, y] = pair.map((name) => ({ ...settingAxis(name, there), name: shortName(name, view.settings) }));
  const shades = shadesOf(
    objectiveAxis(
      objective,
      there.map(({ values }) => values![which]),
    ),
    there.map(({ values }) => values![which]),
    objective.direction === 'maximize',
  );
  const points = there.map((trial) => ({
    trial,
    u: x.position(trial.params[pair[0]])!,
    v: y.position(trial.params[pair[1]])!,
    value: trial.values![which],
    shade: shades(trial.values![which]),
  }));
  const isTable = x.choices !== undefined && y.choices !== undefined;
  const best = view.best.find((trial) => there.includes(trial));
  return plot({
    title: `${objective.name} by ${shortName(pair[0], view.settings)} and ${shortName(pair[1], view.settings)}`,
    legend: [
      ['shade level1', 'worse'],
      [`shade level${levels - 1}`, 'better'],
    ],
    about: `${isTable ? 'The best trial of each pair' : `Between ${there.length} trials`}. ${best ? `The best one: ${describeTrial(view, best)}.` : ''}`,
    x,
    y,
    width: 560,
    height: 340,
    draw: (at) => {
      if (isTable) return table(points, x, y, at, objective.format);
      const spotOf = ({ trial, u, v }: Point) => ({ x: at.along(u), y: at.up(v), about: describeTrial(view, trial) });
      return [
        surface(every(points, mostPoints), x, y, at),
        spots('spot sample', points.filter(({ trial }) => !good.has(trial)).map(spotOf)),
        spots('spot good', points.filter(({ trial }) => good.has(trial)).map(spotOf)),
      ];
    },
  });
}

interface Point {
  readonly trial: FrozenTrial;
  /** Places on the axes, from 0 to 1. */
  readonly u: number;
  readonly v: number;
  readonly value: number;
  /** From 0, worst, to 1. */
  readonly shade: number;
}

/** The most important setting, and the next one that varies among the same trials. */
function mostImportantPair({ complete, settings }: StudyView): readonly [string, string] | undefined {
  const varies = (name: string, trials: readonly FrozenTrial[]) => new Set(trials.map(({ params }) => params[name])).size > 1;
  for (const [i, first] of settings.entries()) {
    for (const second of settings.slice(i + 1)) {
      const both = complete.filter(({ params }) => Object.hasOwn(params, first) && Object.hasOwn(params, second));
      if (both.length > 2 && varies(first, both) && varies(second, both)) return [first, second];
    }
  }
  return undefined;
}

/** How good a value is, from 0 to 1; the worst and the best twentieth are not told apart, so that one bad trial does not take all shades. */
function shadesOf(axis: TextAxis, values: readonly number[], isMore: boolean): (value: number) => number {
  const places = values.map((value) => axis.position(value)!).sort((a, b) => a - b);
  const low = places[Math.floor(0.05 * (places.length - 1))];
  const high = places[Math.ceil(0.95 * (places.length - 1))];
  return (value) => {
    const share = high > low ? Math.min(1, Math.max(0, (axis.position(value)! - low) / (high - low))) : 0.5;
    return isMore ? share : 1 - share;
  };
}

const levelOf = (shade: number) => Math.min(levels - 1, Math.floor(shade * levels));

/** Areas of one shade, row by row. */
function surface(points: readonly Point[], x: TextAxis, y: TextAxis, at: Places): Html {
  const [left, right, top, bottom] = [at.along(0), at.along(1), at.up(1), at.up(0)];
  const paths = Array.from({ length: levels }, () => '');
  for (let down = top; down < bottom; down += grain) {
    const height = Math.min(grain, bottom - down);
    let [from, level] = [left, -1];
    for (let across = left; across <= right; across += grain) {
      const next =
        across >= right - 1e-9 ? -1 : levelAt((across + grain / 2 - left) / (right - left), (bottom - down - height / 2) / (bottom - top));
      if (next === level && across + grain <= right) continue;
      if (level >= 0) paths[level] += `M${from} ${down}H${across}v${height}H${from}z`;
      [from, level] = [across, next];
    }
    if (level >= 0 && from < right) paths[level] += `M${from} ${down}H${right}v${height}H${from}z`;
  }
  return html`${paths.map((path, level) => path !== '' && html`<path class="area level${level}" d="${path}"/>`)}`;

  function levelAt(u: number, v: number): number {
    let [sum, weights] = [0, 0];
    for (const point of points) {
      if (!isSameChoice(x, point.u, u) || !isSameChoice(y, point.v, v)) continue;
      const distance = (x.choices ? 0 : (point.u - u) ** 2) + (y.choices ? 0 : (point.v - v) ** 2);
      const weight = (distance + softness) ** -2;
      sum += weight * point.shade;
      weights += weight;
    }
    return weights === 0 ? -1 : levelOf(sum / weights);
  }
}

/** At most so many, evenly over all. */
function every(points: readonly Point[], most: number): readonly Point[] {
  const step = Math.ceil(points.length / most);
  return points.filter((_, i) => i % step === 0);
}

/** Nothing lies between two choices. */
function isSameChoice({ choices }: TextAxis, one: number, other: number): boolean {
  return !choices || Math.floor(one * choices.length) === Math.min(choices.length - 1, Math.floor(other * choices.length));
}

/** Two lists of choices: a field for each pair, with what its best trial came to. */
function table(points: readonly Point[], x: TextAxis, y: TextAxis, at: Places, format: (value: number) => string): Html {
  const [columns, rows] = [x.choices!.length, y.choices!.length];
  const [width, height] = [(at.along(1) - at.along(0)) / columns, (at.up(0) - at.up(1)) / rows];
  const best = new Map<string, Point>();
  for (const point of points) {
    const field = `${point.u} ${point.v}`;
    if (point.shade > (best.get(field)?.shade ?? -1)) best.set(field, point);
  }
  return html`${[...best.values()].map(({ trial, u, v, value, shade }) => {
    const [left, top, level] = [at.along(u) - width / 2, at.up(v) - height / 2, levelOf(shade)];
    const text = format(value);
    const fits = text.length * 7 < width && height > 14;
    return html`<g><title>trial ${trial.number + 1}: ${text}</title><rect class="field level${level}" x="${left.toFixed(1)}" y="${top.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}"/>${fits && html`<text class="tick middle${level > levels / 2 && ' light'}" x="${at.along(u)}" y="${at.up(v) + 4}">${text}</text>`}</g>`;
  })}`;
}
