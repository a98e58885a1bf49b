import type { LayersModel } from '@tensorflow/tfjs-layers';
import { buildModel } from '../../checkpoint/load-checkpoint.ts';
import { readWeights } from '../../checkpoint/model-weights.ts';
import { findByName } from '../../core/registry.ts';
import type { ObservedValues, ValueRange } from '../calibration/calibration-method.ts';
import { calibrationMethods } from '../calibration/calibration-methods.ts';
import { countValues, emptyHistogram } from '../calibration/histogram.ts';
import { layerReads } from '../surgery/layer-reads.ts';
import { topologyOf } from '../surgery/topology.ts';
import { type FoldedModel, withoutBatchNorm } from '../surgery/without-batch-norm.ts';
import type { TechniqueContext } from '../technique.ts';
import { correctBiases } from './correct-biases.ts';
import { calibrationBatches, observeValues } from './observe-values.ts';
import type { QuantizeSettings } from './quantize-options.ts';
import { type BitsByLayer, type QuantizableLayer, quantizableLayers } from './quantized-layers.ts';
import { addRounding, placesToRound } from './rounding-layers.ts';
import type { WeightGrid } from './weight-grid.ts';

/** Makes quantized models of one trained model: the samples are looked at once, however many are made. */
export class QuantizedModels {
  readonly #folded: FoldedModel;
  readonly #layers: readonly QuantizableLayer[];
  readonly #settings: QuantizeSettings;
  /** By layer, what it gives. */
  readonly #ranges: ReadonlyMap<string, ValueRange> | undefined;
  /** By layer: the mean of each input channel. */
  readonly #means: ReadonlyMap<string, Float64Array> | undefined;

  private constructor(
    folded: FoldedModel,
    layers: readonly QuantizableLayer[],
    settings: QuantizeSettings,
    { ranges, means }: { ranges?: ReadonlyMap<string, ValueRange>; means?: ReadonlyMap<string, Float64Array> },
  ) {
    this.#folded = folded;
    this.#layers = layers;
    this.#settings = settings;
    this.#ranges = ranges;
    this.#means = means;
  }

  /**
   * Merges batch normalizations and looks at the calibration samples.
   * @param bits of the layers that may be quantized
   * @throws DlError `data` for samples with which the model gives no finite numbers
   */
  static async prepare({ model, data, note }: TechniqueContext, settings: QuantizeSettings, bits: BitsByLayer): Promise<QuantizedModels> {
    const folded = withoutBatchNorm(topologyOf(model), await readWeights(model));
    folded.notes.forEach(note);
    const layers = quantizableLayers(model).filter(({ layer }) => bits.has(layer));
    if (!data || (settings.mode !== 'static' && !settings.biasCorrection)) return new QuantizedModels(folded, layers, settings, {});
    const float = await buildModel(folded.topology, folded.weights);
    try {
      const batches = await calibrationBatches(data.train, settings.calibrationSamples);
      const means = settings.biasCorrection ? inputMeans(float, folded, layers, batches) : undefined;
      const places = placesToRound(folded.topology, bits.keys());
      const ranges = settings.mode === 'static' ? findRanges(float, places, batches, settings.calibration) : undefined;
      for (const [layer, { low, high }] of ranges ?? [])
        note({ layer, text: `activations from ${low.toPrecision(3)} to ${high.toPrecision(3)}` });
      return new QuantizedModels(folded, layers, settings, { means, ranges });
    } finally {
      float.dispose();
    }
  }

  /** The model whose activations are rounded. Its kernels are as they were: what holds them rounds them. */
  async build(bits: BitsByLayer): Promise<LayersModel> {
    const { topology } = this.#folded;
    const layers = this.#layers.filter(({ layer }) => bits.has(layer));
    const chosen = layers.map((layer) => ({ layer, grid: gridOf(layer, bits.get(layer.layer) as 8 | 4, this.#settings) }));
    const weights = this.#means ? correctBiases(this.#folded.weights, chosen, this.#means) : this.#folded.weights;
    if (this.#settings.mode === 'weights') return buildModel(topology, weights);
    const places = placesToRound(topology, bits.keys());
    const rounded = addRounding({ topology, weights }, places, this.#ranges);
    return buildModel(rounded.topology, rounded.weights);
  }
}

/** The values that the weights of a layer may have. */
export function gridOf({ axis }: QuantizableLayer, bits: 8 | 4, { perChannel }: QuantizeSettings): WeightGrid {
  return { bits, axis: perChannel ? axis : undefined };
}

type Batches = Awaited<ReturnType<typeof calibrationBatches>>;

function inputMeans(model: LayersModel, { topology }: FoldedModel, layers: readonly QuantizableLayer[], batches: Batches) {
  const { reads } = layerReads(topology);
  const sourceOf = ({ layer }: QuantizableLayer) => reads.get(layer)?.[0] as string;
  const sums = new Map<string, { sum: Float64Array; count: number }>();
  observeValues(model, [...new Set(layers.map(sourceOf))], batches, (source, values, channels) => {
    const { sum, count } = sums.get(source) ?? { sum: new Float64Array(channels), count: 0 };
    values.forEach((value, i) => {
      sum[i % channels] += value;
    });
    sums.set(source, { sum, count: count + values.length / channels });
  });
  const meanOf = ({ sum, count }: { sum: Float64Array; count: number }) => sum.map((value) => value / count);
  return new Map(layers.map((layer) => [layer.layer, meanOf(sums.get(sourceOf(layer)) as { sum: Float64Array; count: number })]));
}

/** Two passes: the second counts in the ranges that the first one found. */
function findRanges(model: LayersModel, places: readonly string[], batches: Batches, calibration: string): Map<string, ValueRange> {
  const method = findByName('calibration', calibrationMethods, calibration);
  const seen = new Map<string, ValueRange[]>(places.map((place) => [place, []]));
  observeValues(model, places, batches, (place, values) => seen.get(place)?.push(rangeOf(values)));
  const observed = new Map<string, ObservedValues>();
  for (const [place, ranges] of seen) {
    const whole = { low: Math.min(...ranges.map(({ low }) => low)), high: Math.max(...ranges.map(({ high }) => high)) };
    observed.set(place, { batches: ranges, histogram: emptyHistogram(whole.low, whole.high) });
  }
  observeValues(model, places, batches, (place, values) => countValues((observed.get(place) as ObservedValues).histogram, values));
  return new Map(Array.from(observed, ([place, one]) => [place, method.range(one)]));
}

function rangeOf(values: Float32Array): ValueRange {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}
