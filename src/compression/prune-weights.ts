import { dispose, scalar, type Tensor, tensor, tidy, where } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';
import { variableOf } from '../layers/stable-weight-names.ts';
import { bitmapLayout } from '../packed/layouts/bitmap-layout.ts';
import { gapsLayout } from '../packed/layouts/gaps-layout.ts';
import { fractionsByLayer, type LayerFractions } from './layer-fractions.ts';
import { markLargest } from './magnitude.ts';
import { checkSchedule, constantSparsity, keepAt, lastStepOf, prunesAt, type SparsitySchedule } from './sparsity-schedule.ts';
import type { RecipePosition, Technique, TechniqueContext } from './technique.ts';

export interface PruneWeightsOptions {
  /** Share of the weights that stays, above 0 and at most 1: for all layers, or by layer name (`*` stands for any letters). */
  keep: LayerFractions;
  /** `layer`: each layer keeps its share. `global`: the layers compete, together they keep the share. @default 'layer' */
  scope?: 'layer' | 'global';
  /** When to prune while a later step trains: `constantSparsity()` or `polynomialDecay({ endStep })`. @default at once */
  schedule?: SparsitySchedule;
}

interface PruningState {
  /** By weight name; true where the weight stays. Empty until the schedule begins. */
  readonly masks: Map<string, Tensor>;
  readonly keep: ReadonlyMap<string, number>;
}

/**
 * Sets the weights of smallest magnitude to 0 and holds them there while later steps train
 * (Han et al., "Learning both weights and connections", 2015). Kernels of convolutions and dense layers only:
 * never biases, BatchNorm or depthwise kernels.
 */
export function pruneWeights(options: PruneWeightsOptions): Technique<PruningState> {
  const { keep, scope = 'layer', schedule = constantSparsity() } = options;
  const keepOf = (model: LayersModel) =>
    fractionsByLayer(
      'pruneWeights keep',
      keep,
      prunableWeights(model).map(({ layer }) => layer),
    );

  return {
    name: 'pruneWeights',
    label: 'prune weights',
    options,
    needs: lastStepOf(schedule) > 0 ? 'training' : 'nothing',
    storedForms: { layouts: [gapsLayout, bitmapLayout] },
    check(context, position) {
      checkShares(keepOf(context.model), context.model, scope, keep);
      checkSchedule(schedule);
      checkScheduleEnds(schedule, context, position);
    },
    init({ model, note }) {
      const state: PruningState = { masks: new Map(), keep: keepOf(model) };
      if (scope === 'layer') {
        for (const { layer, size } of prunableWeights(model)) {
          const share = state.keep.get(layer);
          if (share !== undefined) note({ layer, text: `keeps ${countKept(size, share)} of ${size} weights` });
        }
      }
      return state;
    },
    project(state, model, step) {
      if (prunesAt(schedule, step)) {
        const keepNow = new Map(Array.from(state.keep, ([layer, share]) => [layer, keepAt(schedule, step, share)]));
        dispose([...state.masks.values()]);
        state.masks.clear();
        for (const [name, mask] of makeMasks(model, keepNow, scope)) state.masks.set(name, mask);
      }
      applyMasks(model, state.masks);
    },
    settled: (_, step) => step >= lastStepOf(schedule),
    dispose: ({ masks }) => dispose([...masks.values()]),
  };
}

/** The kernels that may be pruned, by layer. */
export function prunableWeights(model: LayersModel) {
  return model.weights
    .filter(({ originalName }) => originalName.endsWith('/kernel'))
    .map((weight) => ({
      layer: weight.originalName.slice(0, -'/kernel'.length),
      name: weight.originalName,
      size: weight.shape.reduce<number>((product, length) => product * (length ?? 1), 1),
      variable: variableOf(weight),
    }));
}

function makeMasks(model: LayersModel, keep: ReadonlyMap<string, number>, scope: 'layer' | 'global'): [string, Tensor][] {
  const chosen = prunableWeights(model).filter(({ layer }) => keep.has(layer));
  const values = chosen.map(({ variable }) => variable.dataSync() as Float32Array);
  const kept = (size: number, layer: string) => countKept(size, keep.get(layer) as number);
  const marks =
    scope === 'layer'
      ? chosen.map(({ size, layer }, i) => markLargest([values[i]], kept(size, layer))[0])
      : markLargest(values, kept(sum(chosen), chosen[0].layer));
  chosen.forEach(({ layer }, i) => {
    if (!marks[i].includes(1)) {
      throw new DlError(
        'refused',
        `pruneWeights would leave no weight in ${layer}: its weights are all smaller than those of other layers. Use a larger keep, or scope 'layer'.`,
      );
    }
  });
  return chosen.map(({ name, variable }, i) => [name, tensor(Uint8Array.from(marks[i]), variable.shape, 'bool')]);
}

function applyMasks(model: LayersModel, masks: ReadonlyMap<string, Tensor>): void {
  tidy(() => {
    const zero = scalar(0);
    for (const { name, variable } of prunableWeights(model)) {
      const mask = masks.get(name);
      if (mask) variable.assign(where<Tensor>(mask, variable, zero)); // not a product: -1 * 0 is -0, which is another value in a file
    }
  });
}

function sum(weights: readonly { readonly size: number }[]): number {
  return weights.reduce((total, { size }) => total + size, 0);
}

function countKept(size: number, share: number): number {
  return Math.round(size * share);
}

function checkShares(shares: ReadonlyMap<string, number>, model: LayersModel, scope: string, keep: LayerFractions): void {
  if (scope !== 'layer' && scope !== 'global') {
    throw new DlError('config', `pruneWeights scope is ${JSON.stringify(scope)}; allowed are 'layer' and 'global'.`);
  }
  if (scope === 'global' && typeof keep !== 'number') {
    throw new DlError('config', "pruneWeights with scope 'global' takes one number as keep: the layers compete for it.");
  }
  if (shares.size === 0) throw new DlError('refused', 'pruneWeights finds no kernel of a convolution or dense layer in this model.');
  for (const { layer, size } of prunableWeights(model)) {
    const share = shares.get(layer);
    if (share === undefined) continue;
    if (!(share > 0 && share <= 1)) {
      throw new DlError('config', `pruneWeights keep is ${share} for ${layer}; it is the share that stays, above 0 and at most 1.`);
    }
    if (scope === 'layer' && countKept(size, share) === 0) {
      throw new DlError('refused', `pruneWeights keep ${share} would leave none of the ${size} weights of ${layer}; use a larger share.`);
    }
  }
}

/** The schedule must be over when training ends, or the model would not be as sparse as asked. */
function checkScheduleEnds(schedule: SparsitySchedule, { data }: TechniqueContext, { steps, index }: RecipePosition): void {
  const lastStep = lastStepOf(schedule);
  if (lastStep === 0) return;
  const epochs = steps.slice(index + 1).reduce((sum, step) => sum + (step.epochs ?? 0), 0);
  if (epochs === 0) {
    throw new DlError(
      'refused',
      `pruneWeights has the schedule ${schedule.name}, but no step after it trains: add fineTune({ epochs: 4 }).`,
    );
  }
  const trainingSteps = epochs * (data?.train.steps ?? Number.POSITIVE_INFINITY);
  if (lastStep > trainingSteps) {
    throw new DlError(
      'refused',
      `${schedule.name} ends at step ${lastStep}, but the ${epochs} epochs after it have ${trainingSteps} steps: end it earlier or train longer.`,
    );
  }
}
