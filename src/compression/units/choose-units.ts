import type { LayersModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../../core/errors.ts';
import { formatPercent } from '../../core/format.ts';
import type { DependencyGraph, UnitGroup } from '../dependency-graph.ts';
import { unitCost } from './unit-cost.ts';
import type { UnitImportance } from './unit-importance.ts';

/** A group that is to lose units. */
export interface PrunedGroup {
  readonly group: UnitGroup;
  /** The share that goes; with a target and in the scope `global` the largest that may. */
  readonly ratio: number;
}

export interface Choice {
  /** The groups whose units are ranked. */
  readonly groups: readonly PrunedGroup[];
  readonly scope: 'layer' | 'global';
  /** Scope `global`: the share of all units. */
  readonly ratio?: number;
  readonly target?: { readonly macs?: number; readonly weights?: number };
  readonly roundTo: number;
  /** Whether importances are in units of their layer's own, as sums of weights are. */
  readonly isRelative: boolean;
}

/**
 * Chooses the units that go: in every group the least important ones, as many as the ratio says, or the same share of each group that reaches the
 * target (scope `layer`), or those that are the least important of all (scope `global`), with a target for what they cost of it.
 * @throws DlError `refused` for what would leave a layer without units, and for a target that cannot be reached
 */
export function chooseUnits(model: LayersModel, graph: DependencyGraph, choice: Choice, importance: UnitImportance): Set<number> {
  const { groups, scope, ratio, target, roundTo } = choice;
  const orders = groups.map(({ group }) => mostImportantFirst(group, importance));
  const removedIf = (left: readonly number[]) => new Set(orders.flatMap((order, i) => order.slice(left[i])));
  if (scope === 'layer' && !target) return removedIf(groups.map((one) => unitsLeft(one, roundTo)));

  const least = groups.map(({ group, ratio: largest }) =>
    roundUp(Math.max(1, Math.ceil(group.units.length * (1 - largest) - 1e-9)), roundTo, group),
  );
  const prices = target ? pricesOf(model, graph, target, orders) : orders.map(() => 1);
  const lowest = scope === 'global' ? lowestOfAll(choice, orders, importance, prices) : undefined;
  const most = groups.reduce((sum, { group }, i) => sum + group.units.length - least[i], 0);
  /** @param share of what may go at most */
  const leftAt = (share: number) =>
    lowest
      ? takeLowest(lowest, Math.round(share * most), choice, least)
      : groups.map(({ group, ratio: largest }, i) =>
          Math.max(least[i], roundUp(Math.round(group.units.length * (1 - share * largest)), roundTo, group)),
        );
  if (!target) {
    const all = groups.reduce((sum, { group }) => sum + group.units.length, 0);
    const wanted = Math.round((ratio as number) * all);
    if (wanted > most) {
      throw new DlError(
        'refused',
        `pruneUnits ratio ${ratio} asks for ${wanted} of ${all} units, but maxRatio and roundTo let ${most} go: use a smaller ratio or a larger maxRatio.`,
      );
    }
    return removedIf(leftAt(most === 0 ? 0 : wanted / most));
  }
  return search(model, graph, target, (share) => removedIf(leftAt(share)));
}

/** The smallest removal that reaches the target. */
function search(
  model: LayersModel,
  graph: DependencyGraph,
  target: NonNullable<Choice['target']>,
  removedAt: (share: number) => Set<number>,
): Set<number> {
  const key = countedBy(target);
  const wanted = target[key] as number;
  const cost = unitCost(model, graph);
  const whole = cost(new Set())[key];
  const isReached = (share: number) => cost(removedAt(share))[key] <= wanted * whole;
  if (!isReached(1)) {
    throw new DlError(
      'refused',
      `pruneUnits target ${key} ${wanted} cannot be reached: ${formatPercent(cost(removedAt(1))[key] / whole)} stay at the most that maxRatio and roundTo let go. Use a larger target or maxRatio.`,
    );
  }
  let [low, high] = [0, 1];
  for (let step = 0; step < 24; step++) {
    const middle = (low + high) / 2;
    if (isReached(middle)) high = middle;
    else low = middle;
  }
  return removedAt(high);
}

/** What the model saves, of what the target counts, by losing one unit of each group. */
function pricesOf(
  model: LayersModel,
  graph: DependencyGraph,
  target: NonNullable<Choice['target']>,
  orders: readonly (readonly number[])[],
): number[] {
  const key = countedBy(target);
  const cost = unitCost(model, graph);
  const whole = cost(new Set())[key];
  return orders.map(([unit]) => whole - cost(new Set([unit]))[key]);
}

function countedBy(target: NonNullable<Choice['target']>): 'macs' | 'weights' {
  return target.macs !== undefined ? 'macs' : 'weights';
}

function unitsLeft({ group, ratio }: PrunedGroup, roundTo: number): number {
  const { layers, units } = group;
  const left = Math.round(units.length * (1 - ratio));
  if (left < 1) {
    throw new DlError(
      'refused',
      `pruneUnits ratio ${ratio} would leave none of the ${units.length} units of ${layers[0]}; use a smaller ratio.`,
    );
  }
  return roundUp(left, roundTo, group);
}

function roundUp(left: number, roundTo: number, { units }: UnitGroup): number {
  return Math.min(units.length, Math.ceil(left / roundTo) * roundTo);
}

/** Of equals the first. */
function mostImportantFirst({ units }: UnitGroup, importance: UnitImportance): number[] {
  const position = new Map(units.map((unit, i) => [unit, i]));
  const value = (unit: number) => importance.get(unit) ?? 0;
  return [...units].sort((a, b) => value(b) - value(a) || (position.get(a) as number) - (position.get(b) as number));
}

/**
 * The groups of all units, that of the least important first: in this order they lose their last one. Importance is what is lost, the price what
 * is gained for it: the least loss per gain first, as things are taken into a knapsack.
 */
function lowestOfAll(
  { groups, isRelative }: Choice,
  orders: readonly (readonly number[])[],
  importance: UnitImportance,
  prices: readonly number[],
): number[] {
  const scored = groups.flatMap((_, i) => {
    const values = orders[i].map((unit) => importance.get(unit) ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const scale = prices[i] * (isRelative && mean > 0 ? mean : 1);
    return values.map((value) => ({ group: i, score: scale > 0 ? value / scale : Number.POSITIVE_INFINITY })); // nothing is gained: last
  });
  return scored
    .reverse()
    .sort((a, b) => a.score - b.score)
    .map(({ group }) => group);
}

function takeLowest(lowest: readonly number[], count: number, { groups, roundTo }: Choice, least: readonly number[]): number[] {
  const left = groups.map(({ group }) => group.units.length);
  let taken = 0;
  for (const group of lowest) {
    if (taken === count) break;
    if (left[group] === least[group]) continue;
    left[group]--;
    taken++;
  }
  return left.map((count, i) => roundUp(count, roundTo, groups[i].group));
}
