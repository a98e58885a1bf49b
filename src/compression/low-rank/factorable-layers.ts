import type { LayersModel } from '@tensorflow/tfjs-layers';
import { topologyOf } from '../surgery/topology.ts';
import type { FactorableLayer } from './factor-layer.ts';

/** The dense layers and plain convolutions of a model. */
export function factorableLayers(model: LayersModel): FactorableLayer[] {
  return topologyOf(model).config.layers.flatMap((topology) => {
    if (topology.class_name !== 'Dense' && topology.class_name !== 'Conv2D') return [];
    const layer = model.getLayer(topology.config.name);
    if (topology.config.data_format === 'channels_first' || layer.inboundNodes.length > 1) return [];
    const kernel = layer.weights.find(({ originalName }) => originalName.endsWith('/kernel'));
    if (!kernel) return [];
    const size = (shape: unknown): [number, number] => {
      const sizes = (shape as number[]).slice(1, -1);
      return topology.class_name === 'Conv2D' ? [sizes[0], sizes[1]] : [sizes.reduce((a, b) => a * b, 1), 1];
    };
    const value = kernel.read();
    return [
      {
        topology,
        kernel: { shape: value.shape, values: value.dataSync() as Float32Array },
        inputSize: size(layer.inboundNodes[0].inputShapes[0]),
        outputSize: size(layer.outputShape),
      },
    ];
  });
}
