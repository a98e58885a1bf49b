import { buildModel } from '../checkpoint/load-checkpoint.ts';
import { readWeights } from '../checkpoint/model-weights.ts';
import { showValue } from '../config/show-value.ts';
import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import type { DataLoader } from '../data/data-loader.ts';
import type { NamedWeight } from '../packed/model-file.ts';
import { type Crop, chooseCrop, keptValues } from './cropping/choose-crop.ts';
import { type InputMoments, inputMoments } from './cropping/input-moments.ts';
import { freeName } from './low-rank/factor-layer.ts';
import { layerReads } from './surgery/layer-reads.ts';
import { replaceLayers } from './surgery/replace-layers.ts';
import { type LayerTopology, type Topology, topologyOf } from './surgery/topology.ts';
import type { Technique } from './technique.ts';

export interface CropInputOptions {
  /** Share of what moves the first layer that stays, above 0 and below 1: the sum over its inputs of variance times squared weights. @default 0.99 */
  keep?: number;
  /** Batches of training data that the variances are taken from. @default 32 */
  batches?: number;
}

/**
 * Cuts off the rows and columns at the border of the pictures that tell the first layer next to nothing, and its weights for them. The model still
 * takes whole pictures: a `Cropping2D` in front of it cuts them. For nets whose pictures go to a dense layer; the kernel of a convolution does
 * not become smaller with its picture. Where the layer has a bias, it takes over the mean of what is cut.
 */
export function cropInput(options: CropInputOptions = {}): Technique {
  requireKnownOptions('cropInput', options, { keep: true, batches: true });
  const { keep = 0.99, batches = 32 } = options;
  return {
    name: 'cropInput',
    label: 'crop input',
    options,
    needs: 'data',
    check({ model }) {
      if (!(typeof keep === 'number' && keep > 0 && keep < 1)) {
        throw new DlError('config', `cropInput keep is ${showValue(keep)}; it is the share that stays, above 0 and below 1.`);
      }
      if (!Number.isInteger(batches) || batches < 1) {
        throw new DlError('config', `cropInput batches is ${showValue(batches)}; it must be a whole number, at least 1.`);
      }
      firstLayers(topologyOf(model));
    },
    async rewrite({ model, features, data, note }) {
      const topology = topologyOf(model);
      const { flatten, dense } = firstLayers(topology);
      const { name } = dense.config;
      const weights = new Map<string, NamedWeight>(await readWeights(model));
      const kernel = weights.get(`${name}/kernel`) as NamedWeight;
      const bias = weights.get(`${name}/bias`);
      const moments = await inputMoments((data as { train: DataLoader }).train, batches);
      const crop = chooseCrop(saliencies(kernel, moments, features.inputShape), features.inputShape, keep);
      const kept = keptValues(crop, features.inputShape);
      weights.set(`${name}/kernel`, rowsOf(kernel, kept));
      if (bias) weights.set(`${name}/bias`, withMeansOfOthers(bias, kernel, moments, kept));
      note({ layer: name, text: `reads ${kept.length} of ${kernel.shape[0]} inputs` });
      const taken = new Set(topology.config.layers.map((layer) => layer.config.name));
      const cropping = croppingLayers(crop, features.inputShape, (name) => freeName(name, taken));
      const { batch_input_shape: _, ...config } = flatten.config; // what the model reads is now read by what is before it
      return buildModel(
        replaceLayers(topology, (layer) => (layer.config.name === config.name ? [...cropping, { ...flatten, config }] : undefined)),
        weights,
      );
    },
  };
}

/** The layer that lays the picture flat, and the dense one behind it. @throws DlError `refused` where the model does not begin so */
function firstLayers(topology: Topology): { flatten: LayerTopology; dense: LayerTopology } {
  const { reads, readers, layers } = layerReads(topology);
  const isInput = (name: string) => reads.get(name)?.length === 0;
  const readersOf = (name: string) => Array.from(layers.values()).filter(({ config }) => reads.get(config.name)?.includes(name));
  const starts = Array.from(layers.values()).filter(({ class_name: kind, config }) => {
    const [source] = reads.get(config.name) ?? [];
    return kind === 'Flatten' && (source === undefined || (isInput(source) && readers.get(source) === 1));
  });
  for (const flatten of starts) {
    const [dense, ...others] = readersOf(flatten.config.name);
    if (dense?.class_name === 'Dense' && others.length === 0) return { flatten, dense };
  }
  throw new DlError(
    'refused',
    'cropInput needs a model that lays its pictures flat and reads them with one dense layer: flatten, then dense. Of other nets the weights would not become fewer.',
  );
}

/** Cuts whole rows of values that lie together: tfjs copies `[height, width, channels]` pixel by pixel, which costs more than the dense layer. */
function croppingLayers([rows, [left, right]]: Crop, [height, width, channels]: readonly number[], nameOf: (name: string) => string) {
  const cropping = [rows, [left * channels, right * channels]];
  return [
    { class_name: 'Reshape', config: { name: nameOf('rows'), target_shape: [1, height, width * channels] } },
    { class_name: 'Cropping2D', config: { name: nameOf('crop'), cropping, data_format: 'channels_first' } },
  ];
}

/** How much the first layer is moved by each pixel: over its channels, variance times squared weights; `[height * width]`. */
function saliencies(
  { shape, values }: NamedWeight,
  { variances }: InputMoments,
  [height, width, channels]: readonly number[],
): Float64Array {
  const [, units] = shape;
  const ofPixels = new Float64Array(height * width);
  values.forEach((weight, i) => {
    const input = Math.floor(i / units);
    ofPixels[Math.floor(input / channels)] += variances[input] * weight ** 2;
  });
  return ofPixels;
}

function rowsOf({ shape: [, units], values }: NamedWeight, rows: readonly number[]): NamedWeight {
  const taken = new Float32Array(rows.length * units);
  rows.forEach((row, i) => void taken.set(values.subarray(row * units, (row + 1) * units), i * units));
  return { shape: [rows.length, units], values: taken };
}

function withMeansOfOthers(
  bias: NamedWeight,
  { shape: [inputs, units], values }: NamedWeight,
  { means }: InputMoments,
  kept: readonly number[],
) {
  const stays = new Set(kept);
  const added = Float64Array.from(bias.values);
  for (let input = 0; input < inputs; input++) {
    if (stays.has(input)) continue;
    for (let unit = 0; unit < units; unit++) added[unit] += means[input] * values[input * units + unit];
  }
  return { ...bias, values: Float32Array.from(added) };
}
