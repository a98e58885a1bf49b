import { buildModel } from '../checkpoint/load-checkpoint.ts';
import { readWeights } from '../checkpoint/model-weights.ts';
import { DlError } from '../core/errors.ts';
import type { NamedWeight } from '../packed/model-file.ts';
import { fractionsByLayer, type LayerFractions } from './layer-fractions.ts';
import type { Technique, TechniqueContext } from './technique.ts';
import { type Topology, topologyOf } from './topology.ts';
import { type UnitAxis, type UnitGroup, unitGroups } from './unit-groups.ts';

export interface PruneUnitsOptions {
  /** Share of the units that is removed, at least 0 and below 1: for all layers, or by layer name (`*` stands for any letters). */
  ratio: LayerFractions;
  /** The number of units left is rounded up to a multiple of this; kernels are fastest at multiples of 8. @default 1 */
  roundTo?: number;
  /** Units whose weights have the smallest sum of magnitudes (`l1`) or of squares (`l2`) go first. @default 'l1' */
  importance?: 'l1' | 'l2';
}

/**
 * Removes whole units: filters of convolutions and neurons of dense layers, with everything that depends on them. The model
 * really becomes smaller and faster, on every backend (Li et al., "Pruning filters for efficient ConvNets", 2017).
 * The units of the last layer stay: they are the outputs. Sequential models only.
 */
export function pruneUnits(options: PruneUnitsOptions): Technique {
  return {
    name: 'pruneUnits',
    label: 'prune units',
    options,
    needs: 'nothing',
    check: (context) => void plan(context, options),
    async rewrite(context) {
      const weights = await readWeights(context.model);
      const changed = new Map(weights);
      const unitsByLayer = new Map<string, number>();
      for (const { group, left } of plan(context, options)) {
        const kept = mostImportant(weights.get(group.kernel) as NamedWeight, left, options.importance ?? 'l1');
        for (const axis of group.axes)
          changed.set(axis.weight, takeUnits(changed.get(axis.weight) as NamedWeight, axis, kept, group.units));
        unitsByLayer.set(group.layer, left);
        context.note({ layer: group.layer, text: `${left} of ${group.units} units left` });
      }
      return buildModel(withUnits(topologyOf(context.model), unitsByLayer), changed);
    },
  };
}

/** How many units each layer is to have left. */
function plan({ model }: TechniqueContext, { ratio, roundTo = 1, importance = 'l1' }: PruneUnitsOptions) {
  if (importance !== 'l1' && importance !== 'l2') {
    throw new DlError('config', `pruneUnits importance is ${JSON.stringify(importance)}; allowed are 'l1' and 'l2'.`);
  }
  if (!Number.isInteger(roundTo) || roundTo < 1) {
    throw new DlError('config', `pruneUnits roundTo is ${roundTo}; it must be a whole number, at least 1.`);
  }
  const groups = unitGroups(model);
  if (groups.length === 0) throw new DlError('refused', 'pruneUnits finds no layer but the last one, whose units are the outputs.');
  const names = groups.map(({ layer }) => layer);
  const ratios = fractionsByLayer('pruneUnits ratio', ratio, names);
  return groups
    .filter(({ layer }) => ratios.has(layer))
    .map((group) => ({ group, left: unitsLeft(group, ratios.get(group.layer) as number, roundTo) }));
}

function unitsLeft({ layer, units }: UnitGroup, ratio: number, roundTo: number): number {
  if (!(ratio >= 0 && ratio < 1)) {
    throw new DlError('config', `pruneUnits ratio is ${ratio} for ${layer}; it is the share that is removed, at least 0 and below 1.`);
  }
  const left = Math.round(units * (1 - ratio));
  if (left < 1)
    throw new DlError('refused', `pruneUnits ratio ${ratio} would leave none of the ${units} units of ${layer}; use a smaller ratio.`);
  return Math.min(units, Math.ceil(left / roundTo) * roundTo);
}

/** The numbers of the `count` units with the largest weights, ascending; of equals the first. */
function mostImportant(kernel: NamedWeight, count: number, importance: 'l1' | 'l2'): number[] {
  const units = kernel.shape[kernel.shape.length - 1];
  const sums = new Float64Array(units);
  kernel.values.forEach((value, i) => {
    sums[i % units] += importance === 'l1' ? Math.abs(value) : value * value;
  });
  const order = Array.from(sums.keys()).sort((a, b) => sums[b] - sums[a] || a - b);
  return order.slice(0, count).sort((a, b) => a - b);
}

/** The weight without the units that are not in `kept`. */
function takeUnits({ shape, values }: NamedWeight, { axis, positions }: UnitAxis, kept: readonly number[], units: number): NamedWeight {
  const newShape = shape.map((length, i) => (i === axis ? positions * kept.length : length));
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const outer = shape.slice(0, axis).reduce((a, b) => a * b, 1);
  const result = new Float32Array(outer * positions * kept.length * inner);
  let at = 0;
  // Outer axes and positions are laid out alike: each holds all units once.
  for (let block = 0; block < outer * positions; block++) {
    for (const unit of kept) {
      const start = (block * units + unit) * inner;
      result.set(values.subarray(start, start + inner), at);
      at += inner;
    }
  }
  return { shape: newShape, values: result };
}

/** The topology with other numbers of units. */
function withUnits(topology: Topology, unitsByLayer: ReadonlyMap<string, number>): Topology {
  const changed = structuredClone(topology);
  for (const { config } of changed.config.layers) {
    const units = unitsByLayer.get(config.name);
    if (units !== undefined) config['filters' in config ? 'filters' : 'units'] = units;
  }
  return changed;
}
