import { add, dispose, mul, scalar, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { requireKnownOptions } from '../core/known-options.ts';
import type { RandomState } from '../core/random.ts';
import { bitmapLayout } from '../packed/layouts/bitmap-layout.ts';
import { blocksLayout } from '../packed/layouts/blocks-layout.ts';
import { gapsLayout } from '../packed/layouts/gaps-layout.ts';
import { gatherSquares } from './importance/fisher.ts';
import type { Scores } from './importance/importance.ts';
import { importances } from './importance/importances.ts';
import type { Technique, TechniqueContext } from './technique.ts';
import { checkPruneWeights } from './weight-pruning/check-prune-weights.ts';
import { prunableWeights } from './weight-pruning/prunable-weights.ts';
import type { PruneWeightsOptions } from './weight-pruning/prune-weights-options.ts';
import { chooseAgain, chooseAtStart } from './weight-pruning/pruning-choice.ts';
import { constantSparsity, lastStepOf, prunesAt } from './weight-pruning/sparsity-schedule.ts';

interface PruningState {
  /** By weight name; 1 where the weight stays, else 0. Empty until the schedule begins. */
  readonly masks: Map<string, Tensor>;
  /** Where the random criterion begins to draw: again the same numbers at every step of a schedule. */
  readonly random: RandomState;
  /** Of `fisher`: the running mean of the squared gradients, by weight name. */
  readonly squaredGradients: Map<string, Tensor>;
}

/** Tells the squared gradients from the masks in a saved state. */
const squaresPrefix = 'squaredGradients:';

/**
 * Sets the weights that matter least to 0 and holds them there while later steps train
 * (Han et al., "Learning both weights and connections", 2015). Kernels of convolutions and dense layers only:
 * never biases, BatchNorm or depthwise kernels.
 */
export function pruneWeights(options: PruneWeightsOptions): Technique<PruningState> {
  requireKnownOptions('pruneWeights', options, {
    keep: true,
    threshold: true,
    sparsityMByN: true,
    layers: true,
    scope: true,
    importance: true,
    blockSize: true,
    schedule: true,
  });
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
      const state: PruningState = { masks: new Map(), random: context.random.state, squaredGradients: new Map() };
      if (prunesAt(schedule, 0)) {
        replaceMasks(state, context.model, await chooseAtStart(context, options));
        if (lastStepOf(schedule) === 0) noteWhatIsLeft(context, state);
      }
      return state;
    },
    gradients(state, gradients) {
      if (options.importance === 'fisher') gatherSquares(state.squaredGradients, gradients);
      return gradients;
    },
    project(state, model, step) {
      if (step > 0 && prunesAt(schedule, step)) replaceMasks(state, model, chooseAgain(model, options, step, state));
      applyMasks(model, state.masks);
    },
    settled: (_, step) => step >= lastStepOf(schedule),
    saveState: ({ masks, squaredGradients }) =>
      new Map([...savedTensors(masks), ...savedTensors(squaredGradients).map(([name, weight]) => [squaresPrefix + name, weight] as const)]),
    loadState(saved, { random }) {
      const state: PruningState = { masks: new Map(), random: random.state, squaredGradients: new Map() };
      for (const [name, { values, shape }] of saved) {
        if (name.startsWith(squaresPrefix)) state.squaredGradients.set(name.slice(squaresPrefix.length), tensor(values, [...shape]));
        else state.masks.set(name, maskOf(values, shape));
      }
      return state;
    },
    finish(state, context) {
      if (lastStepOf(schedule) > 0) noteWhatIsLeft(context, state);
      return context.model;
    },
    dispose: ({ masks, squaredGradients }) => dispose([...masks.values(), ...squaredGradients.values()]),
  };
}

function savedTensors(tensors: ReadonlyMap<string, Tensor>) {
  return Array.from(tensors, ([name, one]) => [name, { shape: one.shape, values: Float32Array.from(one.dataSync()) }] as const);
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
  return tensor(marks, [...shape]);
}

function applyMasks(model: LayersModel, masks: ReadonlyMap<string, Tensor>): void {
  tidy(() => {
    const zero = scalar(0);
    for (const { name, variable } of prunableWeights(model)) {
      const mask = masks.get(name);
      if (mask) variable.assign(add(mul(variable, mask), zero)); // plus 0: -1 * 0 is -0, which is another value in a file
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
