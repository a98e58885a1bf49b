import { buildModel } from '../checkpoint/load-checkpoint.ts';
import { readWeights } from '../checkpoint/model-weights.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import { bitmapLayout } from '../packed/layouts/bitmap-layout.ts';
import { gapsLayout } from '../packed/layouts/gaps-layout.ts';
import { type DependencyGraph, dependencyGraph } from './dependency-graph.ts';
import type { LayerFractions } from './layer-fractions.ts';
import type { Technique, TechniqueContext } from './technique.ts';
import { chooseUnits } from './units/choose-units.ts';
import { activityImportance, taylorImportance } from './units/measured-importance.ts';
import { plannedChoice } from './units/planned-choice.ts';
import { removeUnits } from './units/remove-units.ts';
import { randomImportance, type UnitImportance, weightImportances } from './units/unit-importance.ts';
import { type HeldUnits, holdAtZero, unitMasks } from './units/zeroed-units.ts';

/** How units are ranked; the least important go first. */
export type UnitImportanceName = 'l1' | 'l2' | 'taylor' | 'batchNormScale' | 'apoz' | 'geometricMedian' | 'random';

export interface PruneUnitsOptions {
  /** Share of the units that is removed, at least 0 and below 1: for all layers, or by layer name (`*` stands for any letters). */
  ratio?: LayerFractions;
  /** Instead of a ratio: the share of the whole model's multiply-adds, or of its weights, that stays. The ratio is searched for. */
  target?: { macs: number; weights?: undefined } | { weights: number; macs?: undefined };
  /** `layer`: every layer loses the same share. `global`: the layers compete, and the least important units of all go. @default 'layer' */
  scope?: 'layer' | 'global';
  /**
   * `l1`, `l2`: the smallest weights first. `batchNormScale`: the smallest BatchNorm scales; after `slim`. `geometricMedian`: those most like the others.
   * From training data: `taylor`, what changes the loss least; `apoz`, what is 0 most often behind its ReLU. `random`: to compare with. @default 'l1'
   */
  importance?: UnitImportanceName;
  /** The number of units left is rounded up to a multiple of this; kernels are fastest at multiples of 8. @default 1 */
  roundTo?: number;
  /** With a target or scope `global`: the largest share that a layer loses, or shares by layer name. @default 0.9 */
  maxRatio?: LayerFractions;
  /** Batches of training data that `taylor` and `apoz` look at. @default 8 */
  batches?: number;
  /** false: the units' weights are set to 0 and held there while later steps train, instead of removed. @default true */
  remove?: boolean;
}

/**
 * Removes whole units: filters of convolutions and neurons of dense layers, with everything that depends on them. The model
 * really becomes smaller and faster, on every backend (Li et al., "Pruning filters for efficient ConvNets", 2017).
 * Units whose outputs are added go together; those of the last layer stay: they are the model's outputs.
 */
export function pruneUnits(options: PruneUnitsOptions): Technique {
  requireKnownOptions('pruneUnits', options, {
    ratio: true,
    target: true,
    scope: true,
    importance: true,
    roundTo: true,
    maxRatio: true,
    batches: true,
    remove: true,
  });
  const { importance = 'l1', remove = true } = options;
  const choose = async (context: TechniqueContext) => {
    const graph = dependencyGraph(context.model);
    const choice = plannedChoice(context, graph, options);
    const ranked = { ...graph, groups: choice.groups.map(({ group }) => group) };
    const removed = chooseUnits(context.model, graph, choice, await measure(importance, ranked, context, options.batches ?? 8));
    noteUnits(graph, removed, context);
    return { graph, removed };
  };
  return {
    name: 'pruneUnits',
    label: remove ? 'prune units' : 'zero units',
    options,
    needs: importance === 'taylor' ? 'training' : importance === 'apoz' ? 'data' : 'nothing',
    check(context) {
      const graph = dependencyGraph(context.model);
      chooseUnits(context.model, graph, plannedChoice(context, graph, options), new Map());
    },
    ...(remove
      ? {
          async rewrite(context) {
            const { graph, removed } = await choose(context);
            const { topology, weights } = removeUnits(context.model, await readWeights(context.model), graph, removed);
            return buildModel(topology, weights);
          },
        }
      : {
          storedForms: { layouts: [gapsLayout, bitmapLayout] },
          async init(context) {
            const { graph, removed } = await choose(context);
            return unitMasks(context.model, graph, removed);
          },
          ...holdAtZero,
        }),
  } satisfies Technique<HeldUnits>;
}

async function measure(
  name: UnitImportanceName,
  graph: DependencyGraph,
  context: TechniqueContext,
  batches: number,
): Promise<UnitImportance> {
  if (name === 'taylor') return taylorImportance(graph, context, batches);
  if (name === 'apoz') return activityImportance(graph, context, batches);
  if (name === 'random') return randomImportance(graph, context.random);
  return weightImportances[name](graph, await readWeights(context.model));
}

function noteUnits({ axes, groups }: DependencyGraph, removed: ReadonlySet<number>, { note }: TechniqueContext): void {
  for (const { layer, units } of axes.filter(({ role }) => role === 'makes')) {
    const left = units.filter((unit) => !removed.has(unit)).length;
    if (left === units.length) continue;
    const others = new Set(groups.filter(({ layers }) => layers.includes(layer.name)).flatMap(({ layers }) => layers));
    others.delete(layer.name);
    const tied = others.size > 0 ? `, the same as in ${[...others].join(', ')}` : '';
    note({ layer: layer.name, text: `${left} of ${units.length} units left${tied}` });
  }
}
