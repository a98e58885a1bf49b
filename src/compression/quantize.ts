import type { LayersModel } from '@tensorflow/tfjs-layers';
import { loadWeightsInto, type NamedWeights, readWeights } from '../checkpoint/model-weights.ts';
import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import { followBatches } from '../layers/fake-quantize.ts';
import type { ModelFile, NamedWeight } from '../packed/model-file.ts';
import { float16Format } from '../packed/numbers/float16-format.ts';
import { int4Format, int8Format } from '../packed/numbers/whole-number-format.ts';
import { clustersOf, type HeldWeight, roundWeights } from './quantization/held-weights.ts';
import { mixedPrecision } from './quantization/mixed-precision.ts';
import { checkOptions, type QuantizeOptions, withDefaults } from './quantization/quantize-options.ts';
import { type BitsByLayer, bitsByLayer, floatLayers, quantizableLayers } from './quantization/quantized-layers.ts';
import { gridOf as gridOfLayer, QuantizedModels } from './quantization/quantized-model.ts';
import { largestHalf, roundToHalf } from './quantization/round-to-half.ts';
import { addRounding, placesToRound, withoutRounding } from './quantization/rounding-layers.ts';
import { gridOf, roundToGrid, type WeightGrid } from './quantization/weight-grid.ts';
import { topologyOf } from './surgery/topology.ts';
import type { RecipePosition, Technique, TechniqueContext } from './technique.ts';

export type { QuantizeOptions } from './quantization/quantize-options.ts';

/** By weight; undefined: the numbers of float16. */
type Grids = ReadonlyMap<string, WeightGrid | undefined>;

interface QuantizationState {
  readonly held: ReadonlyMap<string, HeldWeight>;
  readonly grids: Grids;
  /** Training steps in which the ranges follow the batches. */
  readonly rangeSteps: number;
}

/**
 * Makes weights whole numbers of 8 or 4 bits times a scale, and activations whole numbers of 7 bits (Jacob et al., "Quantization and
 * training of neural networks for efficient integer-arithmetic-only inference", 2018). Batch normalizations are merged into
 * the layer before first. The model goes on in float32 and rounds where an integer engine would, so that what is measured is what
 * the engine gives; a `fineTune` behind it is quantization-aware training. The file holds the plain model, the scales and the ranges.
 */
export function quantize(options: QuantizeOptions = {}): Technique<QuantizationState> {
  requireKnownOptions('quantize', options, {
    bits: true,
    exclude: true,
    mode: true,
    dtype: true,
    perChannel: true,
    preserveClusters: true,
    calibration: true,
    calibrationSamples: true,
    biasCorrection: true,
    mixedPrecision: true,
    rangeSteps: true,
  });
  const settings = withDefaults(options);
  const { mode, dtype } = settings;
  const isFloat16 = dtype === 'float16';
  /** What `rewrite` decided for the model it made, until `init` takes it over. */
  const decided = new WeakMap<LayersModel, BitsByLayer>();

  /** The state whose exact weights are these; the model has them rounded where `isRounded`. */
  const stateOf = (exact: NamedWeights, grids: Grids, isRounded: boolean, { data }: TechniqueContext): QuantizationState => {
    const held = Array.from(grids, ([name, grid]): [string, HeldWeight] => {
      const weight = exact.get(name) as NamedWeight;
      const rounded = isRounded ? roundTo(grid, weight) : weight.values;
      const clusters = settings.preserveClusters ? clustersOf(weight.values) : undefined;
      return [name, { shape: weight.shape, exact: weight.values.slice(), rounded, clusters }];
    });
    const cutsOff = !['minMax', 'movingAverage'].includes(settings.calibration);
    return { held: new Map(held), grids, rangeSteps: settings.rangeSteps ?? (cutsOff ? 0 : (data?.train.steps ?? 0)) };
  };
  const gridsOf = (model: LayersModel, bits: BitsByLayer) =>
    new Map(
      quantizableLayers(model)
        .filter(({ layer }) => bits.has(layer))
        .map((layer) => [layer.weight, gridOfLayer(layer, bits.get(layer.layer) as 8 | 4, settings)]),
    );

  return {
    name: 'quantize',
    label: labelOf(options),
    options,
    needs: !isFloat16 && mode === 'static' ? 'data' : 'nothing',
    keepsKernels: true,
    storedForms: { numbers: isFloat16 ? [float16Format] : [int8Format, int4Format] },
    check(context, position) {
      checkOptions(options, context);
      checkOrder(position);
      if (isFloat16) return;
      const bits = bitsByLayer(context.model, settings.bits, settings.exclude);
      if (mode === 'weights') return;
      const topology = topologyOf(context.model);
      addRounding({ topology, weights: new Map() }, placesToRound(topology, bits.keys()), undefined);
    },
    async rewrite(context) {
      if (isFloat16) return context.model;
      const bits = bitsByLayer(context.model, settings.bits, settings.exclude);
      const models = await QuantizedModels.prepare(context, settings, bits);
      const judged = async (some: BitsByLayer) => withRoundedKernels(await models.build(some), gridsOf(context.model, some));
      const { maxDrop } = settings.mixedPrecision ?? {};
      const chosen = maxDrop === undefined ? bits : await mixedPrecision(context, judged, bits, maxDrop);
      for (const [layer, width] of chosen) context.note({ layer, text: `weights of ${width} bits` });
      for (const { layer, kind } of floatLayers(context.model)) context.note({ layer, text: `stays float: ${kind} has no integer kernel` });
      const model = await models.build(chosen);
      decided.set(model, chosen);
      return model;
    },
    async init(context) {
      const weights = await readWeights(context.model);
      if (isFloat16) {
        requireHalves(weights);
        return stateOf(weights, new Map(Array.from(weights.keys(), (name) => [name, undefined])), false, context);
      }
      const bits = decided.get(context.model) ?? bitsByLayer(context.model, settings.bits, settings.exclude);
      return stateOf(weights, gridsOf(context.model, bits), false, context);
    },
    project({ held, grids, rangeSteps }, model, step) {
      followBatches(model, step < rangeSteps);
      roundWeights(model, held, (name, weight) => roundTo(grids.get(name), weight));
    },
    encode({ grids }, file) {
      return withoutRounding({ ...file, weights: withGrids(file, grids) });
    },
    saveState({ held, grids }) {
      const saved = new Map<string, NamedWeight>();
      for (const [name, { shape, exact }] of held) {
        saved.set(name, { shape, values: exact });
        const { bits = 16, axis = -1 } = grids.get(name) ?? {};
        saved.set(`${name}:grid`, { shape: [2], values: Float32Array.of(bits, axis) });
      }
      return saved;
    },
    loadState(saved, context) {
      const grids = new Map<string, WeightGrid | undefined>();
      for (const [name, { values }] of saved) {
        if (!name.endsWith(':grid')) continue;
        const [bits, axis] = values;
        grids.set(name.slice(0, -':grid'.length), bits === 16 ? undefined : { bits: bits as 8 | 4, axis: axis < 0 ? undefined : axis });
      }
      return stateOf(saved, grids, true, context);
    },
  };
}

function roundTo(grid: WeightGrid | undefined, weight: NamedWeight): Float32Array {
  return grid ? roundToGrid(weight, grid) : roundToHalf(weight.values);
}

function labelOf({ dtype, bits = 8, mode = 'static' }: QuantizeOptions): string {
  if (dtype === 'float16') return 'quantize float16';
  const kind = typeof bits === 'number' ? `int${bits}` : 'mixed';
  return `quantize ${kind}${mode === 'static' ? '' : ` ${mode}`}`;
}

/** Rounds the kernels of a model for good, to judge it. */
async function withRoundedKernels(model: LayersModel, grids: ReadonlyMap<string, WeightGrid>): Promise<LayersModel> {
  const weights = new Map(await readWeights(model));
  for (const [name, grid] of grids) {
    const weight = weights.get(name) as NamedWeight;
    weights.set(name, { shape: weight.shape, values: roundToGrid(weight, grid) });
  }
  loadWeightsInto(model, { weights });
  return model;
}

function withGrids({ weights }: ModelFile, grids: Grids): ReadonlyMap<string, NamedWeight> {
  return new Map(
    Array.from(weights, ([name, weight]) => {
      const grid = grids.get(name);
      return [name, grid ? { ...weight, quantization: gridOf(weight, grid) } : weight];
    }),
  );
}

function requireHalves(weights: NamedWeights): void {
  for (const [name, { values }] of weights) {
    const large = values.find((value) => !(Math.abs(value) <= largestHalf));
    if (large !== undefined)
      throw new DlError('refused', `quantize cannot store ${name} as float16: it holds ${large}, the largest is 65504.`);
  }
}

/** It fixes the values of weights: what changes them, or makes other layers, must come before; what only codes them, behind. */
function checkOrder({ steps, index }: RecipePosition): void {
  const first = steps.findIndex(({ name }) => name === 'quantize');
  if (first < index)
    throw new DlError('refused', 'The recipe has quantize twice: give one step all layers, quantize({ bits: { conv1: 8, "dense*": 4 } }).');
  const changing = steps.slice(index + 1).find((step) => step.name !== 'quantize' && (step.rewrite || step.project));
  if (changing) {
    throw new DlError('refused', `The recipe has ${changing.name} after quantize, but it changes weights that quantize holds as whole numbers: put ${changing.name} first.`); // biome-ignore format: one line
  }
  const coding = steps
    .slice(0, index)
    .find((step) => !step.rewrite && !step.init && !step.project && !step.train && (step.encode || step.storedForms));
  if (coding)
    throw new DlError('refused', `The recipe has quantize after ${coding.name}, which only codes the file: put ${coding.name} last.`);
}
