import { DlError } from '../../core/errors.ts';
import { matchNames } from '../../layers/match-names.ts';
import type { DependencyGraph, UnitGroup } from '../dependency-graph.ts';
import { fractionsByLayer, type LayerFractions } from '../layer-fractions.ts';
import type { PruneUnitsOptions } from '../prune-units.ts';
import type { TechniqueContext } from '../technique.ts';
import type { Choice } from './choose-units.ts';
import { scalesOf } from './unit-importance.ts';

const importances = ['l1', 'l2', 'taylor', 'batchNormScale', 'apoz', 'geometricMedian', 'random'];

/**
 * What the options of `pruneUnits` mean for a model.
 * @throws DlError `config` for options that cannot be, `refused` for layers whose units cannot be removed
 */
export function plannedChoice(context: TechniqueContext, graph: DependencyGraph, options: PruneUnitsOptions): Choice {
  checkOptions(options);
  const { ratio, target, scope = 'layer', importance = 'l1', roundTo = 1, maxRatio } = options;
  checkNeeds(importance, context);
  const isCapped = target !== undefined || scope === 'global';
  const { groups, fixed } = removable(graph, importance);
  const named = isCapped ? cappedRatios(groups, maxRatio) : ratiosOf('ratio', ratio as LayerFractions, groups, fixed);
  if (named.size === 0) throw nothingToRemove(fixed);
  return {
    groups: Array.from(named, ([group, share]) => ({ group, ratio: share })),
    scope,
    ...(typeof ratio === 'number' && { ratio }),
    ...(target && { target }),
    roundTo,
    isRelative: importance === 'l1' || importance === 'l2' || importance === 'geometricMedian',
  };
}

function checkOptions({
  ratio,
  target,
  scope = 'layer',
  importance = 'l1',
  roundTo = 1,
  maxRatio,
  batches = 8,
  remove = true,
}: PruneUnitsOptions): void {
  const refuse = (message: string) => new DlError('config', `pruneUnits ${message}`);
  const shown = (value: unknown) => JSON.stringify(value);
  if ((ratio === undefined) === (target === undefined)) {
    throw refuse(
      'takes a ratio or a target: { ratio: 0.5 } removes half of the units, { target: { macs: 0.35 } } as many as leave 35 % of the multiply-adds.',
    );
  }
  if (target !== undefined) checkTarget(target);
  if (scope !== 'layer' && scope !== 'global') throw refuse(`scope is ${shown(scope)}; allowed are 'layer' and 'global'.`);
  if (scope === 'global' && typeof ratio === 'object') {
    throw refuse("with scope 'global' takes one number as ratio: the layers compete. maxRatio bounds layers by name.");
  }
  if (!importances.includes(importance)) {
    throw refuse(`importance is ${shown(importance)}; allowed are ${importances.map((name) => `'${name}'`).join(', ')}.`);
  }
  if (!Number.isInteger(roundTo) || roundTo < 1) throw refuse(`roundTo is ${shown(roundTo)}; it must be a whole number, at least 1.`);
  if (!Number.isInteger(batches) || batches < 1) throw refuse(`batches is ${shown(batches)}; it must be a whole number, at least 1.`);
  if (typeof remove !== 'boolean') throw refuse(`remove is ${shown(remove)}; it must be true or false.`);
  if (maxRatio !== undefined && target === undefined && scope === 'layer') {
    throw refuse("maxRatio bounds what a target or scope 'global' chooses; a ratio per layer is exact. Leave one of them out.");
  }
}

function checkTarget(target: object): void {
  const entries = Object.entries(target ?? {}).filter(([, value]) => value !== undefined);
  const [[key, share] = []] = entries;
  if (entries.length !== 1 || (key !== 'macs' && key !== 'weights') || !(typeof share === 'number' && share > 0 && share < 1)) {
    throw new DlError(
      'config',
      `pruneUnits target is ${JSON.stringify(target)}; it is the share that stays, above 0 and below 1: { macs: 0.35 } or { weights: 0.2 }.`,
    );
  }
}

function checkNeeds(importance: string, { data, training }: TechniqueContext): void {
  if (importance !== 'taylor' && importance !== 'apoz') return;
  if (!data || !training) {
    throw new DlError(
      'refused',
      `pruneUnits importance '${importance}' needs training data and a loss: pass them to compressModel, or use 'l1'.`,
    );
  }
}

/** Groups without BatchNorm cannot be ranked by its scales. */
function removable(graph: DependencyGraph, importance: string) {
  if (importance !== 'batchNormScale') return graph;
  const scaled = new Set(scalesOf(graph).flatMap(({ units }) => units));
  const fixed = new Map(graph.fixed);
  const groups = graph.groups.filter(({ layers, units }) => {
    const has = units.some((unit) => scaled.has(unit));
    if (!has) for (const layer of layers) fixed.set(layer, 'no BatchNorm with scales ranks them');
    return has;
  });
  return { groups, fixed };
}

function cappedRatios(groups: readonly UnitGroup[], maxRatio: LayerFractions = 0.9): Map<UnitGroup, number> {
  const named = ratiosOf('maxRatio', maxRatio, groups, new Map());
  return new Map(groups.map((group) => [group, named.get(group) ?? 0.9]));
}

/** The ratio of every group that has a layer which is named. */
function ratiosOf(
  option: 'ratio' | 'maxRatio',
  ratio: LayerFractions,
  groups: readonly UnitGroup[],
  fixed: ReadonlyMap<string, string>,
): Map<UnitGroup, number> {
  const possible = new Set(groups.flatMap(({ layers }) => layers));
  const names = [...new Set([...possible, ...fixed.keys()])];
  if (typeof ratio === 'object' && ratio !== null) {
    for (const pattern of Object.keys(ratio)) {
      const matched = matchNames(`pruneUnits ${option}`, pattern, names);
      if (!matched.some((name) => possible.has(name))) throw cannotRemove(matched[0], fixed, possible);
    }
  }
  const byLayer = fractionsByLayer(`pruneUnits ${option}`, ratio, names);
  const result = new Map<UnitGroup, number>();
  for (const group of groups) {
    const [layer, ...others] = group.layers.filter((name) => byLayer.has(name));
    if (layer === undefined) continue;
    const share = byLayer.get(layer) as number;
    const other = others.find((name) => byLayer.get(name) !== share);
    if (!(share >= 0 && share < 1)) {
      throw new DlError(
        'config',
        `pruneUnits ${option} is ${share} for ${layer}; it is the share that is removed, at least 0 and below 1.`,
      );
    }
    if (other !== undefined) {
      throw new DlError(
        'config',
        `pruneUnits ${option} is ${share} for ${layer} and ${byLayer.get(other)} for ${other}, but their units go together: give both the same, or name one of them.`,
      );
    }
    result.set(group, share);
  }
  return result;
}

function cannotRemove(layer: string, fixed: ReadonlyMap<string, string>, possible: ReadonlySet<string>): DlError {
  const others = possible.size > 0 ? `Units of these can be removed: ${[...possible].join(', ')}.` : 'Use pruneWeights for this model.';
  return new DlError('refused', `pruneUnits cannot remove units of ${layer}: ${fixed.get(layer)}. ${others}`);
}

function nothingToRemove(fixed: ReadonlyMap<string, string>): DlError {
  const reasons = Array.from(fixed, ([layer, why]) => `${layer}: ${why}`);
  const shown = reasons.slice(0, 4).join('; ') + (reasons.length > 4 ? `; and ${reasons.length - 4} more` : '');
  return new DlError('refused', `pruneUnits finds no units that can be removed${shown && `. ${shown}`}. Use pruneWeights for this model.`);
}
