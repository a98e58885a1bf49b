import { buildModel } from '../checkpoint/load-checkpoint.ts';
import { readWeights } from '../checkpoint/model-weights.ts';
import { showValue } from '../config/show-value.ts';
import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import { firstRows, gram, multiply, transpose } from '../core/linear-algebra/matrix.ts';
import { symmetricEigen } from '../core/linear-algebra/symmetric-eigen.ts';
import type { NamedWeight } from '../packed/model-file.ts';
import { fractionsByLayer, type LayerFractions } from './layer-fractions.ts';
import { denseMultiplyAccumulates, type FactorableLayer, freeName, kernelShape, lastPart } from './low-rank/factor-layer.ts';
import { factorableLayers } from './low-rank/factorable-layers.ts';
import { permute, unfold } from './low-rank/tensors.ts';
import { replaceLayers } from './surgery/replace-layers.ts';
import { type LayerTopology, topologyOf } from './surgery/topology.ts';
import type { Technique, TechniqueContext } from './technique.ts';

export interface InsertBottlenecksOptions {
  /** Share of its input channels that a convolution still reads, above 0 and below 1: for all, or by layer name (`*` stands for any letters). */
  reduceTo: LayerFractions;
  /** The number of channels is rounded up to a multiple of this; kernels are fastest at multiples of 8. @default 1 */
  roundTo?: number;
  /** Behind the reduction. GoogLeNet has `relu`; in a trained net it loses what is negative, and more epochs make up for it. @default 'linear' */
  activation?: 'linear' | 'relu';
}

/**
 * Puts a 1x1 convolution before each costly one (3x3, 5x5), which then reads fewer channels: GoogLeNet's reductions (Szegedy et al.,
 * 2015; Lin, Chen and Yan, 2014), in a net that is trained already. They start as the directions of the channels that the kernel weighs most, so
 * that the outputs move little; fine-tune afterwards. A convolution that would not become cheaper stays as it is.
 */
export function insertBottlenecks(options: InsertBottlenecksOptions): Technique {
  requireKnownOptions('insertBottlenecks', options, { reduceTo: true, roundTo: true, activation: true });
  return {
    name: 'insertBottlenecks',
    label: 'insert bottlenecks',
    options,
    needs: 'nothing',
    check: (context) => void plan(context, options),
    async rewrite(context) {
      const topology = topologyOf(context.model);
      const weights = new Map<string, NamedWeight>(await readWeights(context.model));
      const taken = new Set(topology.config.layers.map(({ config }) => config.name));
      const replacements = new Map<string, readonly LayerTopology[]>();
      for (const { layer, channels } of plan(context, options)) {
        const { name } = layer.topology.config;
        const reduce = freeName(`${name}-reduce`, taken);
        const [reduction, kernel] = split(layer, channels);
        replacements.set(name, [reductionLayer(layer, reduce, channels, options.activation ?? 'linear'), lastPart(layer, {})]);
        weights.set(`${reduce}/kernel`, reduction).set(`${name}/kernel`, kernel);
        const [, , input] = kernelShape(layer);
        const fewer = (denseMultiplyAccumulates(layer) / bottleneckMultiplyAccumulates(layer, channels)).toFixed(1);
        context.note({ layer: name, text: `reads ${channels} of ${input} channels: ${fewer}x fewer multiply-adds` });
      }
      return buildModel(
        replaceLayers(topology, ({ config }) => replacements.get(config.name)),
        weights,
      );
    },
  };
}

/**
 * What a convolution costs behind a reduction: channels * in for each input pixel, and height * width * channels * out for each output pixel.
 * It pays where channels < h w in out / (in + h w out), for equal sizes: 3x3 with 64 in and 64 out below 57.
 */
export function bottleneckMultiplyAccumulates(layer: FactorableLayer, channels: number): number {
  const [height, width, input, output] = kernelShape(layer);
  const [before, after] = [layer.inputSize[0] * layer.inputSize[1], layer.outputSize[0] * layer.outputSize[1]];
  return channels * (before * input + after * height * width * output);
}

/** The convolutions that get a reduction, and to how many channels. @throws DlError where none becomes cheaper */
function plan({ model, note }: TechniqueContext, { reduceTo, roundTo = 1, activation = 'linear' }: InsertBottlenecksOptions) {
  if (!Number.isInteger(roundTo) || roundTo < 1) {
    throw new DlError('config', `insertBottlenecks roundTo is ${showValue(roundTo)}; it must be a whole number, at least 1.`);
  }
  if (activation !== 'linear' && activation !== 'relu') {
    throw new DlError('config', `insertBottlenecks activation is ${JSON.stringify(activation)}; allowed are 'linear' and 'relu'.`);
  }
  const costly = factorableLayers(model).filter((layer) => {
    const [height, width] = kernelShape(layer);
    return height * width > 1;
  });
  const shares = fractionsByLayer('insertBottlenecks reduceTo', reduceTo, costly.map(nameOf));
  const planned = costly.flatMap((layer) => {
    const share = shares.get(nameOf(layer));
    if (share === undefined) return [];
    if (!(share > 0 && share < 1)) {
      throw new DlError(
        'config',
        `insertBottlenecks reduceTo is ${share} for ${nameOf(layer)}; it is the share that is left, above 0 and below 1.`,
      );
    }
    const [, , input] = kernelShape(layer);
    const channels = Math.max(1, Math.ceil(Math.round(input * share) / roundTo) * roundTo);
    if (bottleneckMultiplyAccumulates(layer, channels) < denseMultiplyAccumulates(layer)) return [{ layer, channels }];
    note({ layer: nameOf(layer), text: `stays as it is: with ${channels} of ${input} channels it would cost as much` });
    return [];
  });
  if (planned.length === 0) {
    const names = costly.map(nameOf).join(', ') || 'it has none above 1x1';
    throw new DlError('refused', `insertBottlenecks would make no convolution of this model cheaper (${names}): use a smaller reduceTo.`);
  }
  return planned;
}

function nameOf({ topology }: FactorableLayer): string {
  return topology.config.name;
}

/** The reduction's kernel `[1, 1, in, channels]` and the convolution's `[height, width, channels, out]`; their product is the nearest to what was. */
function split(layer: FactorableLayer, channels: number): [NamedWeight, NamedWeight] {
  const [height, width, input, output] = kernelShape(layer);
  const byChannel = unfold(layer.kernel.values, kernelShape(layer), [2]);
  const directions = firstRows(symmetricEigen(gram(byChannel)).vectors, channels);
  const kernel = permute(multiply(directions, byChannel).values, [channels, height, width, output], [1, 2, 0, 3]);
  return [
    { shape: [1, 1, input, channels], values: Float32Array.from(transpose(directions).values) },
    { shape: [height, width, channels, output], values: Float32Array.from(kernel) },
  ];
}

function reductionLayer({ topology }: FactorableLayer, name: string, filters: number, activation: string): LayerTopology {
  const one = { kernel_size: [1, 1], strides: [1, 1], dilation_rate: [1, 1], padding: 'valid', use_bias: false };
  return { class_name: topology.class_name, config: { ...topology.config, ...one, name, filters, activation } };
}
