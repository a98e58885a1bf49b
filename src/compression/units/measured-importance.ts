import { cast, mean, mul, notEqual, sum, type Tensor, tidy, type Variable, variableGrads } from '@tensorflow/tfjs-core';
import { loadWeightsInto, readWeights } from '../../checkpoint/model-weights.ts';
import { DlError } from '../../core/errors.ts';
import type { Batch } from '../../data/dataset.ts';
import { setDropoutStep } from '../../layers/dropout.ts';
import type { Layer } from '../../layers/layers.ts';
import { variableOf } from '../../layers/stable-weight-names.ts';
import { Objective } from '../../training/objective.ts';
import { resolveLoss } from '../../training/resolve-parts.ts';
import { evaluateStep } from '../../training/train-step.ts';
import type { DependencyGraph, UnitAxis } from '../dependency-graph.ts';
import type { TechniqueContext } from '../technique.ts';
import { meanOf, sumOf, type UnitImportance } from './unit-importance.ts';

/**
 * How much the loss would change without a unit, to first order: the square of activation times gradient, summed over samples and places, and its mean
 * over the batches (Molchanov et al., 2017 and 2019). It is read where the unit is read: summed over the weights that read it, weight times gradient
 * is activation times gradient.
 * @throws DlError `refused` where a layer that reads units is frozen: nobody computes its gradients
 */
export async function taylorImportance(graph: DependencyGraph, context: TechniqueContext, batches: number): Promise<UnitImportance> {
  const { model } = context;
  const before = await readWeights(model); // BatchNorm's moving averages move
  const readers = graph.axes.filter(({ role }) => role === 'reads');
  const variables = new Map(model.weights.map((weight) => [weight.originalName, variableOf(weight)]));
  const objective = objectiveOf(context);
  const totals = new Map<number, number>();
  let count = 0;
  for await (const batch of firstOf(context, batches)) {
    setDropoutStep(model, 0, count++);
    const parts: { units: UnitAxis['units']; values: ArrayLike<number> }[] = [];
    tidy(() => {
      const tensors = objective.upload(batch);
      const { grads } = variableGrads(
        () => objective.train(tensors).loss,
        [...new Set(readers.map(({ weight }) => variables.get(weight) as Variable))],
      );
      for (const { weight, axis, units, layer } of readers) {
        if (!grads[weight])
          throw new DlError('refused', `pruneUnits importance 'taylor' needs the gradients of ${layer.name}, which is frozen.`);
        const change = mul(grads[weight], variables.get(weight) as Variable);
        parts.push({ units, values: sum(change, otherAxes(change.rank, axis)).dataSync() });
      }
    });
    for (const [unit, change] of sumOf(parts)) totals.set(unit, (totals.get(unit) ?? 0) + change ** 2);
  }
  loadWeightsInto(model, { weights: before });
  return new Map(Array.from(totals, ([unit, total]) => [unit, total / count]));
}

/**
 * The share of samples and places where a unit is not 0 when it is read: 1 - APoZ (Hu et al., 2016).
 * @throws DlError `refused` for units none of which is ever 0: there is no ReLU behind them
 */
export async function activityImportance(graph: DependencyGraph, context: TechniqueContext, batches: number): Promise<UnitImportance> {
  const objective = objectiveOf(context);
  const parts: { units: UnitAxis['units']; values: ArrayLike<number> }[] = [];
  const release = graph.axes
    .filter(({ role }) => role === 'reads')
    .map(({ layer, units }) =>
      listen(layer, (input) => {
        const values = tidy(() => mean(cast(notEqual(input, 0), 'float32'), otherAxes(input.rank, input.rank - 1)).dataSync());
        // A separable convolution reads each channel depthMultiplier times.
        parts.push({ units: Array.from(values, (_, i) => units[(i * units.length) / values.length]), values });
      }),
    );
  try {
    for await (const batch of firstOf(context, batches)) evaluateStep(objective, batch);
  } finally {
    for (const undo of release) undo();
  }
  const active = meanOf(parts);
  for (const { layers, units } of graph.groups) {
    if (units.every((unit) => active.get(unit) === 1)) {
      throw new DlError(
        'refused',
        `pruneUnits importance 'apoz' cannot rank the units of ${layers[0]}: none of them is ever 0, there is no ReLU behind them. Use 'l1', or ratio for other layers.`,
      );
    }
  }
  return active;
}

/** Calls `heard` with everything the layer reads. @returns what ends it */
function listen(layer: Layer, heard: (input: Tensor) => void): () => void {
  const { call } = layer;
  layer.call = (inputs, options) => {
    heard(Array.isArray(inputs) ? inputs[0] : inputs);
    return call.call(layer, inputs, options);
  };
  return () => void delete (layer as { call?: unknown }).call; // the class's own is in force again
}

function objectiveOf({ model, features, training }: TechniqueContext): Objective {
  return new Objective(model, features, resolveLoss(training?.loss as string));
}

async function* firstOf({ data }: TechniqueContext, count: number): AsyncGenerator<Batch> {
  if (!data) return;
  let left = count;
  for await (const batch of data.train.epoch(0)) {
    yield batch;
    if (--left === 0) return;
  }
}

function otherAxes(rank: number, axis: number): number[] {
  return Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis);
}
