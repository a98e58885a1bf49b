import { LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { Layer } from '../layers/layers.ts';
import { QuantConv2D } from '../layers/quant-conv2d.ts';
import { QuantDense } from '../layers/quant-dense.ts';

export interface LayerSummary {
  readonly name: string;
  /** Keras' class name: `Conv2D`. */
  readonly kind: string;
  /** Without the batch axis. */
  readonly outputShape: readonly number[];
  /** Single numbers in its kernels, biases and moving averages. */
  readonly weights: number;
  /** Those that training changes: neither moving averages nor frozen ones. */
  readonly trainableWeights: number;
  /** Of all its numbers: 32 each, of a quantized kernel as many as the layer computes with. */
  readonly bits: number;
  /**
   * For one sample, over all places where the layer stands. Counted are the kernels of dense layers and of convolutions, those of depthwise,
   * separable and transposed ones too; additions, biases, pooling, activations and batch normalization (which can be folded) are not.
   */
  readonly multiplyAccumulates: number;
  /** In how many places of the model it stands: more than one where its weights are shared. */
  readonly places: number;
  /** The layers inside, where it is a model. */
  readonly layers?: readonly LayerSummary[];
}

export interface ModelSummary {
  readonly name: string;
  /** Each layer after those that it reads, branch by branch. */
  readonly layers: readonly LayerSummary[];
  readonly weights: number;
  readonly trainableWeights: number;
  readonly bits: number;
  readonly multiplyAccumulates: number;
}

/** What a model consists of and what it costs, layer by layer. */
export function summarize(model: LayersModel): ModelSummary {
  const layers = Array.from(placesOf(model), ([layer, places]) => summarizeLayer(layer, places));
  const sum = (key: 'weights' | 'trainableWeights' | 'bits' | 'multiplyAccumulates') =>
    layers.reduce((total, layer) => total + layer[key], 0);
  return {
    name: model.name,
    layers,
    weights: sum('weights'),
    trainableWeights: sum('trainableWeights'),
    bits: sum('bits'),
    multiplyAccumulates: sum('multiplyAccumulates'),
  };
}

/** The layers that lead from the model's inputs to its outputs, each with what it gives in every place where it stands. */
function placesOf(model: LayersModel): Map<Layer, SymbolicTensor[]> {
  const places = new Map<Layer, SymbolicTensor[]>();
  const seen = new Set<SymbolicTensor>(model.inputs);
  const visit = (value: SymbolicTensor) => {
    if (seen.has(value)) return;
    seen.add(value);
    value.inputs.forEach(visit);
    const layer = value.sourceLayer;
    places.set(layer, [...(places.get(layer) ?? []), value]);
  };
  model.outputs.forEach(visit);
  return places;
}

function summarizeLayer(layer: Layer, places: readonly SymbolicTensor[]): LayerSummary {
  const inner = layer instanceof LayersModel ? summarize(layer) : undefined;
  const perPlace = inner ? places.map(() => inner.multiplyAccumulates) : places.map((place) => countMultiplyAccumulates(layer, place));
  return {
    name: layer.name,
    kind: layer.getClassName(),
    outputShape: places[0].shape.slice(1) as number[],
    weights: layer.countParams(),
    trainableWeights: layer.trainableWeights.reduce((sum, { shape }) => sum + product(shape), 0),
    bits: inner?.bits ?? countBits(layer),
    multiplyAccumulates: perPlace.reduce((sum, count) => sum + count, 0),
    places: places.length,
    ...(inner && { layers: inner.layers }),
  };
}

function countBits(layer: Layer): number {
  const kernelBits = layer instanceof QuantDense || layer instanceof QuantConv2D ? layer.quantizers.kernelBits : 32;
  return layer.weights.reduce(
    (sum, { originalName, shape }) => sum + product(shape) * (originalName.endsWith('/kernel') ? kernelBits : 32),
    0,
  );
}

const recurrentKinds = ['SimpleRNN', 'GRU', 'LSTM', 'Bidirectional'];

/** Every kernel value is used once per position of the output; in a transposed convolution and in a recurrent layer, of the input. */
function countMultiplyAccumulates(layer: Layer, output: SymbolicTensor): number {
  const kind = layer.getClassName();
  const isOfInput = kind.endsWith('Transpose') || recurrentKinds.includes(kind);
  const [, ...shape] = isOfInput ? output.inputs[0].shape : output.shape;
  const isFirst = (layer.getConfig() as { dataFormat?: unknown }).dataFormat === 'channelsFirst';
  const positions = product(isFirst ? shape.slice(1) : shape.slice(0, -1));
  return layer.weights
    .filter((weight) => /(^|[/_])kernel$/.test(weight.originalName))
    .reduce((sum, kernel) => sum + positions * product(kernel.shape), 0);
}

function product(shape: readonly (number | null)[]): number {
  return shape.reduce<number>((result, size) => result * (size ?? 1), 1);
}
