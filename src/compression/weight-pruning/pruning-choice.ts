import type { Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../../core/errors.ts';
import { type RandomState, RandomStream } from '../../core/random.ts';
import type { DataLoader } from '../../data/data-loader.ts';
import { matchNames } from '../../layers/match-names.ts';
import type { Competition, Scores } from '../importance/importance.ts';
import { importanceOf } from '../importance/importances.ts';
import { fractionsByLayer } from '../layer-fractions.ts';
import type { TechniqueContext } from '../technique.ts';
import { countBlocks, markBest, markBeyond, markPattern } from './choose-weights.ts';
import { type PrunableWeight, prunableWeights } from './prunable-weights.ts';
import type { PruneWeightsOptions } from './prune-weights-options.ts';
import { constantSparsity, keepAt } from './sparsity-schedule.ts';

/** The kernels that the options mean, and for each layer its share, quality or share of the pattern. */
export interface PruningTargets {
  readonly kernels: readonly PrunableWeight[];
  readonly amounts: ReadonlyMap<string, number>;
}

/** @throws DlError `config` for a name that no layer has, and for amounts that are no numbers */
export function pruningTargets(model: LayersModel, { layers, keep, threshold, sparsityMByN }: PruneWeightsOptions): PruningTargets {
  const all = prunableWeights(model);
  const names = all.map(({ layer }) => layer);
  const wanted = new Set(layers ? layers.flatMap((pattern) => matchNames('pruneWeights layers', pattern, names)) : names);
  const kernels = all.filter(({ layer }) => wanted.has(layer));
  const [option, amount] = threshold
    ? ['threshold quality', threshold.quality]
    : sparsityMByN
      ? ['sparsityMByN', 1 - sparsityMByN[0] / sparsityMByN[1]]
      : ['keep', keep];
  const amounts = fractionsByLayer(
    `pruneWeights ${option}`,
    amount as number,
    kernels.map(({ layer }) => layer),
  );
  return { kernels: kernels.filter(({ layer }) => amounts.has(layer)), amounts };
}

/** What stays when pruning begins: 1 for each weight that does, by weight name. `obs` moves the weights that stay. */
export async function chooseAtStart(context: TechniqueContext, options: PruneWeightsOptions): Promise<Scores> {
  const targets = pruningTargets(context.model, options);
  const importance = importanceOf(options.importance);
  const measured = { ...context, kernels: targets.kernels, train: context.data?.train as DataLoader, squaredGradients: new Map() };
  const marks =
    'remove' in importance
      ? await importance.remove(measured, competitionsOf(targets, options, 0))
      : mark(targets, options, 0, await importance.scores(measured));
  return checkMarks(targets, marks);
}

/** The same at a later step of a schedule, by a criterion that looks at no data of its own. */
export function chooseAgain(
  model: LayersModel,
  options: PruneWeightsOptions,
  step: number,
  { random: drawn, squaredGradients }: { readonly random: RandomState; readonly squaredGradients: ReadonlyMap<string, Tensor> },
): Scores {
  const importance = importanceOf(options.importance);
  if (importance.needs === 'data') throw new DlError('refused', `pruneWeights importance '${importance.name}' takes no schedule.`);
  const targets = pruningTargets(model, options);
  const random = new RandomStream(0);
  random.state = drawn;
  return checkMarks(targets, mark(targets, options, step, importance.scores({ kernels: targets.kernels, random, squaredGradients })));
}

function mark(targets: PruningTargets, options: PruneWeightsOptions, step: number, scores: Scores): Scores {
  const { threshold, sparsityMByN, blockSize = [1, 1] } = options;
  const { kernels, amounts } = targets;
  for (const { name, layer } of kernels) {
    if (scores.get(name)?.every(Number.isFinite)) continue;
    throw new DlError('refused', `pruneWeights finds NaN or infinity in the importance of ${layer}: look at its weights and at the data.`);
  }
  if (sparsityMByN) {
    return new Map(kernels.map((kernel) => [kernel.name, markPattern(kernel, scores.get(kernel.name) as Float32Array, sparsityMByN)]));
  }
  if (threshold) {
    return new Map(
      kernels.map(({ name, layer, variable }) => [name, markBeyond(variable.dataSync() as Float32Array, amounts.get(layer) as number)]),
    );
  }
  return new Map(competitionsOf(targets, options, step).flatMap((competition) => [...markBest(competition, scores, blockSize)]));
}

/** Who competes for how many places: each kernel for itself, or all for the same ones. */
export function competitionsOf({ kernels, amounts }: PruningTargets, options: PruneWeightsOptions, step: number): Competition[] {
  const { scope = 'layer', blockSize = [1, 1], schedule = constantSparsity() } = options;
  const left = (blocks: number, layer: string) => Math.round(blocks * keepAt(schedule, step, amounts.get(layer) as number));
  const sizes = kernels.map((kernel) => countBlocks(kernel, blockSize));
  if (scope === 'layer') return kernels.map((kernel, k) => ({ kernels: [kernel], left: left(sizes[k], kernel.layer) }));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return [{ kernels, left: left(total, kernels[0].layer) }];
}

function checkMarks({ kernels }: PruningTargets, marks: Scores): Scores {
  for (const { layer, name } of kernels) {
    if (marks.get(name)?.includes(1)) continue;
    throw new DlError(
      'refused',
      `pruneWeights would leave no weight in ${layer}: all of them matter less than those of other layers or than the threshold. ` +
        "Prune less, use scope 'layer', or leave the layer out.",
    );
  }
  return marks;
}
