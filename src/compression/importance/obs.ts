import { tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { DlError } from '../../core/errors.ts';
import type { Batch } from '../../data/dataset.ts';
import { variableOf } from '../../layers/stable-weight-names.ts';
import { OutputGradients } from './gradients-of.ts';
import type { Competition, ImportanceContext, MeasuringContext, StepwiseRemoval } from './importance.ts';
import { InverseHessian } from './inverse-hessian.ts';

/** The inverse has as many numbers as this squared: 32 MB. */
const mostWeights = 2000;
/** Gradients that the Hessian is made of: one for each output of a sample. */
const mostGradients = 2048;

/**
 * Optimal Brain Surgeon (Hassibi and Stork, 1993): removes the weight whose loss costs least, w^2 / (2 [H^-1]qq), moves all others
 * to make up for it, and so on. H is the Gauss-Newton matrix over the weights and biases of the pruned layers; weights that are 0
 * already are not part of it.
 */
export const obs = {
  name: 'obs',
  needs: 'data',
  check(context) {
    const count = movedWeights(context).reduce((sum, { size }) => sum + size, 0);
    if (count > mostWeights) {
      throw new DlError(
        'refused',
        `pruneWeights importance 'obs' inverts a matrix over all weights of the pruned layers: at most ${mostWeights}, and here are ${count}. ` +
          "Name fewer layers, { layers: ['dense3'] }, or use importance 'obd'.",
      );
    }
  },
  async remove(context, competitions) {
    const weights = movedWeights(context);
    const values = concatenate(weights.map((variable) => variable.dataSync() as Float32Array));
    const competitionOf = concatenate(weights.map((variable) => competitionsOf(variable, competitions)));
    const free = Array.from(values.keys()).filter((i) => values[i] !== 0 || competitionOf[i] < 0);
    const inverse = new InverseHessian(free.length, await gradientRows(context, weights, free));
    const moved = Float64Array.from(free, (i) => values[i]);
    const kept = removeCheapest(
      inverse,
      moved,
      free.map((i) => competitionOf[i]),
      competitions,
    );
    values.fill(0);
    const marks = new Float32Array(values.length);
    free.forEach((i, at) => {
      values[i] = moved[at];
      marks[i] = kept[at];
    });
    let start = 0;
    const marksByVariable = new Map<Variable, Float32Array>();
    tidy(() => {
      for (const variable of weights) {
        const end = start + variable.size;
        variable.assign(tensor(Float32Array.from(values.subarray(start, end)), variable.shape));
        marksByVariable.set(variable, marks.slice(start, end));
        start = end;
      }
    });
    return new Map(context.kernels.map(({ name, variable }) => [name, marksByVariable.get(variable) as Float32Array]));
  },
} as const satisfies StepwiseRemoval;

/** The kernels and biases of the pruned layers. */
function movedWeights({ model, kernels }: Pick<ImportanceContext, 'model' | 'kernels'>): Variable[] {
  const names = new Set(kernels.flatMap(({ layer }) => [`${layer}/kernel`, `${layer}/bias`]));
  return model.weights.filter(({ originalName }) => names.has(originalName)).map(variableOf);
}

/** For each value of a weight the number of its competition, -1 where it is not pruned. */
function competitionsOf(variable: Variable, competitions: readonly Competition[]): Float32Array {
  return new Float32Array(variable.size).fill(
    competitions.findIndex(({ kernels }) => kernels.some((kernel) => kernel.variable === variable)),
  );
}

/** One gradient per output and sample, of the weights that are free. */
async function gradientRows(
  { model, features, train }: MeasuringContext,
  weights: readonly Variable[],
  free: readonly number[],
): Promise<Float32Array[]> {
  const gradients = new OutputGradients(model, features);
  const rows: Float32Array[] = [];
  for await (const batch of train.epoch(0)) {
    for (const sample of samplesOf(batch)) {
      for (let output = 0; output < features.outputs; output++) {
        if (rows.length === mostGradients) return rows;
        const column = Float32Array.from({ length: features.outputs }, (_, i) => (i === output ? 1 : 0));
        const row = concatenate(gradients.of(weights, sample, column));
        rows.push(Float32Array.from(free, (i) => row[i]));
      }
    }
  }
  return rows;
}

function samplesOf({ inputs, targets, size }: Batch): Batch[] {
  const [width, targetWidth] = [inputs.length / size, targets.length / size];
  return Array.from({ length: size }, (_, i) => ({
    size: 1,
    inputs: inputs.subarray(i * width, (i + 1) * width),
    targets: targets.subarray(i * targetWidth, (i + 1) * targetWidth),
  }));
}

/** @returns 1 for each weight that stays */
function removeCheapest(
  inverse: InverseHessian,
  weights: Float64Array,
  competitionOf: readonly number[],
  competitions: readonly Competition[],
): Uint8Array {
  const kept = new Uint8Array(weights.length).fill(1);
  const tooMany = competitions.map(({ left }, competition) => competitionOf.filter((one) => one === competition).length - left);
  for (let removals = tooMany.reduce((sum, count) => sum + Math.max(0, count), 0); removals > 0; removals--) {
    let [cheapest, least] = [-1, Number.POSITIVE_INFINITY];
    for (let i = 0; i < weights.length; i++) {
      if (kept[i] === 0 || !(tooMany[competitionOf[i]] > 0)) continue;
      const cost = inverse.cost(i, weights[i]);
      if (cost < least) [cheapest, least] = [i, cost];
    }
    inverse.remove(cheapest, weights);
    kept[cheapest] = 0;
    tooMany[competitionOf[cheapest]]--;
  }
  return kept;
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
