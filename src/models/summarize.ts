import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { Layer } from '../layers/layers.ts';

export interface LayerSummary {
  readonly name: string;
  /** Keras' class name: `Conv2D`. */
  readonly kind: string;
  /** Without the batch axis. */
  readonly outputShape: readonly number[];
  /** Single numbers in its kernels and biases. */
  readonly weights: number;
  /** For one sample. Exact for dense, conv2d and depthwise layers; other layers have none to speak of. */
  readonly multiplyAccumulates: number;
}

export interface ModelSummary {
  readonly name: string;
  readonly layers: readonly LayerSummary[];
  readonly weights: number;
  readonly multiplyAccumulates: number;
}

/** What a model consists of and what it costs, layer by layer. */
export function summarize(model: LayersModel): ModelSummary {
  const layers = model.layers.filter((layer) => layer.getClassName() !== 'InputLayer').map(summarizeLayer);
  return {
    name: model.name,
    layers,
    weights: layers.reduce((sum, layer) => sum + layer.weights, 0),
    multiplyAccumulates: layers.reduce((sum, layer) => sum + layer.multiplyAccumulates, 0),
  };
}

function summarizeLayer(layer: Layer): LayerSummary {
  const outputShape = ('layers' in layer ? (layer as LayersModel).outputs[0].shape : layer.outputShape).slice(1) as number[];
  return {
    name: layer.name,
    kind: layer.getClassName(),
    outputShape,
    weights: layer.countParams(),
    multiplyAccumulates:
      'layers' in layer ? summarize(layer as LayersModel).multiplyAccumulates : countMultiplyAccumulates(layer, outputShape),
  };
}

/** Every kernel value is used once per position of the output (of the input, in a transposed convolution). */
function countMultiplyAccumulates(layer: Layer, outputShape: readonly number[]): number {
  const from = layer.getClassName() === 'Conv2DTranspose' ? ((layer.input as SymbolicTensor).shape as number[]).slice(1) : outputShape;
  const positions = from.slice(0, -1).reduce((product, size) => product * size, 1);
  return layer.weights
    .filter((weight) => /(^|[/_])kernel$/.test(weight.originalName))
    .reduce((sum, kernel) => sum + positions * kernel.shape.reduce<number>((product, size) => product * (size ?? 1), 1), 0);
}
