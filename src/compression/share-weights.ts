import { type NamedTensorMap, tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { NamedWeights } from '../checkpoint/model-weights.ts';
import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import { bitmapLayout } from '../packed/layouts/bitmap-layout.ts';
import { gapsLayout } from '../packed/layouts/gaps-layout.ts';
import { codebookFormat } from '../packed/numbers/codebook-format.ts';
import { fractionsByLayer, type LayerFractions } from './layer-fractions.ts';
import { type CentroidInit, centroidInits } from './sharing/k-means.ts';
import { aggregate, clusterKernel, releaseZeros, type SharedKernel } from './sharing/shared-kernel.ts';
import type { RecipePosition, Technique } from './technique.ts';
import { prunableWeights } from './weight-pruning/prunable-weights.ts';

/** Named as in TFMOT's `cluster_weights`. */
export interface ShareWeightsOptions {
  /** Bits per weight, 1 to 8: 5 are 32 values. For all layers, or by layer name (`*` stands for any letters). */
  bits?: LayerFractions;
  /** Values per layer, 1 to 256; instead of `bits`. */
  numberOfClusters?: LayerFractions;
  /** How the values are first chosen. @default 'linear' */
  clusterCentroidsInit?: CentroidInit;
  /** Whether each filter or neuron gets values of its own. @default false */
  clusterPerChannel?: boolean;
  /** Whether weights that are 0 stay 0, beside the shared values. @default true */
  preserveSparsity?: boolean;
  /**
   * What moves a shared value while later steps train: the mean of its weights' gradients, which is as stable as training them one by one,
   * or their sum, as in the paper. With optimizers that adapt their steps, such as Adam, the two hardly differ. @default 'mean'
   */
  clusterGradientAggregation?: 'mean' | 'sum';
}

/** By weight name. */
type SharingState = ReadonlyMap<string, SharedKernel>;

/**
 * Lets the weights of a layer share few values, found by k-means; later steps train the shared values
 * (Han, Mao and Dally, "Deep Compression", 2016). Kernels of convolutions and dense layers only:
 * never biases, BatchNorm or depthwise kernels.
 */
export function shareWeights(options: ShareWeightsOptions): Technique<SharingState> {
  requireKnownOptions('shareWeights', options, {
    bits: true,
    numberOfClusters: true,
    clusterCentroidsInit: true,
    clusterPerChannel: true,
    preserveSparsity: true,
    clusterGradientAggregation: true,
  });
  const {
    clusterCentroidsInit: init = 'linear',
    clusterPerChannel = false,
    preserveSparsity = true,
    clusterGradientAggregation: aggregation = 'mean',
  } = options;

  return {
    name: 'shareWeights',
    label: 'share weights',
    options,
    needs: 'nothing',
    storedForms: { layouts: [gapsLayout, bitmapLayout], numbers: [codebookFormat] },
    check({ model }, position) {
      checkChoice('clusterCentroidsInit', init, centroidInits);
      checkChoice('clusterGradientAggregation', aggregation, ['mean', 'sum']);
      checkCounts(options, model);
      if (!preserveSparsity) checkNothingPruned(position);
    },
    init({ model, random, note }) {
      const counts = countsByLayer(options, model);
      const state = new Map<string, SharedKernel>();
      for (const { layer, name, size, variable } of prunableWeights(model)) {
        const count = counts.get(layer);
        if (count === undefined) continue;
        const channels = clusterPerChannel ? (variable.shape.at(-1) as number) : 1;
        const kernel = clusterKernel(variable.dataSync() as Float32Array, { count, init, channels, preserveSparsity }, random);
        state.set(name, kernel);
        note({
          layer,
          text: `${kernel.count} values for ${size} weights${kernel.count > 256 ? ', too many for a codebook in the file' : ''}`,
        });
      }
      return state;
    },
    gradients(state, gradients) {
      const changed: NamedTensorMap = { ...gradients };
      for (const [name, kernel] of state) {
        const gradient = gradients[name];
        if (gradient) changed[name] = tensor(aggregate(gradient.dataSync() as Float32Array, kernel, aggregation), gradient.shape);
      }
      return changed;
    },
    project(state, model) {
      for (const { name, variable } of prunableWeights(model)) {
        const kernel = state.get(name);
        if (!kernel) continue;
        const values = variable.dataSync() as Float32Array;
        if (preserveSparsity) releaseZeros(values, kernel);
        const tied = tensor(aggregate(values, kernel, 'mean'), variable.shape);
        variable.assign(tied);
        tied.dispose();
      }
    },
    saveState: (state) =>
      new Map(
        Array.from(state, ([name, { clusters }]) => [name, { shape: [clusters.length], values: Float32Array.from(clusters) }] as const),
      ),
    loadState: (saved: NamedWeights) =>
      new Map(Array.from(saved, ([name, { values }]) => [name, kernelOf(Uint32Array.from(values))] as const)),
  };
}

function kernelOf(clusters: Uint32Array): SharedKernel {
  return { clusters, count: clusters.reduce((most, cluster) => Math.max(most, cluster), 0) };
}

/** How many values each layer may have. */
function countsByLayer(options: ShareWeightsOptions, model: LayersModel): Map<string, number> {
  const { key, value, most } = countOption(options);
  const layers = prunableWeights(model).map(({ layer }) => layer);
  const numbers = fractionsByLayer(`shareWeights ${key}`, value, layers);
  for (const [layer, number] of numbers) {
    if (!Number.isInteger(number) || number < 1 || number > most) {
      throw new DlError('config', `shareWeights ${key} is ${number} for ${layer}; it must be a whole number from 1 to ${most}.`);
    }
  }
  return new Map(Array.from(numbers, ([layer, number]) => [layer, key === 'bits' ? 2 ** number : number]));
}

function countOption({ bits, numberOfClusters }: ShareWeightsOptions) {
  if ((bits === undefined) === (numberOfClusters === undefined)) {
    const given = bits === undefined ? 'neither' : 'both';
    throw new DlError(
      'config',
      `shareWeights takes bits or numberOfClusters, and got ${given}: shareWeights({ bits: 5 }) gives each layer 32 values.`,
    );
  }
  return bits === undefined
    ? { key: 'numberOfClusters', value: numberOfClusters as LayerFractions, most: 256 }
    : { key: 'bits', value: bits, most: 8 };
}

/** A layer that is named must have weights to share; of many layers a small one may be left as it is. */
function checkCounts(options: ShareWeightsOptions, model: LayersModel): void {
  const counts = countsByLayer(options, model);
  if (counts.size === 0) throw new DlError('refused', 'shareWeights finds no kernel of a convolution or dense layer in this model.');
  if (typeof countOption(options).value === 'number') return;
  for (const { layer, size } of prunableWeights(model)) {
    const count = counts.get(layer) ?? 0;
    if (count > size) {
      throw new DlError(
        'refused',
        `shareWeights gives ${layer} ${count} values, but it has only ${size} weights: give it fewer, or leave it out.`,
      );
    }
  }
}

function checkNothingPruned({ steps, index }: RecipePosition): void {
  if (!steps.slice(0, index).some(({ name }) => name === 'pruneWeights')) return;
  throw new DlError(
    'refused',
    'shareWeights with preserveSparsity false would give pruned weights a value again: leave preserveSparsity out.',
  );
}

function checkChoice(key: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  throw new DlError('config', `shareWeights ${key} is ${JSON.stringify(value)}; allowed are ${allowed.join(', ')}.`);
}
