import { dispose, scalar, type Tensor, tensor, tidy, where } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { RandomState } from '../core/random.ts';
import { bitmapLayout } from '../packed/layouts/bitmap-layout.ts';
import { blocksLayout } from '../packed/layouts/blocks-layout.ts';
import { gapsLayout } from '../packed/layouts/gaps-layout.ts';
import { checkPruneWeights } from './check-prune-weights.ts';
import type { Scores } from './importance/importance.ts';
import { importances } from './importance/importances.ts';
import { prunableWeights } from './prunable-weights.ts';
import type { PruneWeightsOptions } from './prune-weights-options.ts';
import { chooseAgain, chooseAtStart } from './pruning-choice.ts';
import { constantSparsity, lastStepOf, prunesAt } from './sparsity-schedule.ts';
import type { Technique, TechniqueContext } from './technique.ts';

interface PruningState {
  /** By weight name; true where the weight stays. Empty until the schedule begins. */
  readonly masks: Map<string, Tensor>;
  /** Where the random criterion begins to draw: again the same numbers at every step of a schedule. */
  readonly random: RandomState;
}

/**
 * Sets the weights that matter least to 0 and holds them there while later steps train
 * (Han et al., "Learning both weights and connections", 2015). Kernels of convolutions and dense layers only:
 * never biases, BatchNorm or depthwise kernels.
 */
export function pruneWeights(options: PruneWeightsOptions): Technique<PruningState> {
  const { schedule = constantSparsity() } = options;
  const isMeasured = importances.some(({ name, needs }) => name === options.importance && needs === 'data');
  return {
    name: 'pruneWeights',
    label: 'prune weights',
    options,
    needs: lastStepOf(schedule) > 0 ? 'training' : isMeasured ? 'data' : 'nothing',
    storedForms: { layouts: [gapsLayout, bitmapLayout, ...(options.blockSize ? [blocksLayout] : [])] },
    check: (context, position) => checkPruneWeights(options, context, position),
    async init(context) {
      const state: PruningState = { masks: new Map(), random: context.random.state };
      if (prunesAt(schedule, 0)) {
        replaceMasks(state, context.model, await chooseAtStart(context, options));
        if (lastStepOf(schedule) === 0) noteWhatIsLeft(context, state);
      }
      return state;
    },
    project(state, model, step) {
      if (step > 0 && prunesAt(schedule, step)) replaceMasks(state, model, chooseAgain(model, options, step, state.random));
      applyMasks(model, state.masks);
    },
    settled: (_, step) => step >= lastStepOf(schedule),
    saveState: ({ masks }) =>
      new Map(Array.from(masks, ([name, mask]) => [name, { shape: mask.shape, values: Float32Array.from(mask.dataSync()) }])),
    loadState: (saved, { random }) => ({
      masks: new Map(Array.from(saved, ([name, { values, shape }]) => [name, maskOf(values, shape)])),
      random: random.state,
    }),
    finish(state, context) {
      if (lastStepOf(schedule) > 0) noteWhatIsLeft(context, state);
      return context.model;
    },
    dispose: ({ masks }) => dispose([...masks.values()]),
  };
}

function replaceMasks({ masks }: PruningState, model: LayersModel, marks: Scores): void {
  dispose([...masks.values()]);
  masks.clear();
  for (const { name, variable } of prunableWeights(model)) {
    const kept = marks.get(name);
    if (kept) masks.set(name, maskOf(kept, variable.shape));
  }
}

function maskOf(marks: Float32Array, shape: readonly number[]): Tensor {
  return tensor(Uint8Array.from(marks), [...shape], 'bool');
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

/** How many weights each layer has left, and how many of its units have none: those give the same whatever comes in. */
function noteWhatIsLeft({ model, note }: TechniqueContext, { masks }: PruningState): void {
  for (const { layer, name, size, variable } of prunableWeights(model)) {
    const kept = masks.get(name)?.dataSync();
    if (!kept) continue;
    const units = variable.shape[variable.shape.length - 1];
    const weightsLeft = new Uint32Array(units);
    variable.dataSync().forEach((value, i) => {
      if (kept[i] && value !== 0) weightsLeft[i % units]++;
    });
    note({ layer, text: `keeps ${weightsLeft.reduce((sum, count) => sum + count, 0)} of ${size} weights` });
    const dead = weightsLeft.filter((count) => count === 0).length;
    if (dead > 0) note({ layer, text: `${dead} of ${units} units have no weight left` });
  }
}
