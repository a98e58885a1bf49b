import { permuted } from '../../permuted.ts';
import type { ImportedValue } from '../imported-value.ts';
import { type KerasGraph, layerName } from '../keras-graph.ts';
import type { OnnxNode } from '../onnx-node.ts';
import { placeWindows, readWindows } from './windows.ts';

/** `Conv` of images: `Conv2D`, or `DepthwiseConv2D` where every channel is convolved by itself. */
export function conv(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const value = node.value(0);
  const kernel = node.constant(1);
  if (kernel.shape.length !== 4) throw node.refused(`has a kernel of the shape [${kernel.shape}], not that of a convolution of images`);
  if (value.order !== 'channelsFirst') throw node.refused(`reads [${value.onnxShape}], which is no image [channels, height, width]`);
  const [height, width, channels] = value.shape;
  const [outChannels, groupChannels, kernelHeight, kernelWidth] = kernel.shape;
  const group = node.int('group', 1);
  if (groupChannels * group !== channels) throw node.damaged(`has a kernel [${kernel.shape}] for ${channels} channels`);
  const isDepthwise = group > 1 && group === channels && outChannels % channels === 0;
  if (group !== 1 && !isDepthwise) throw node.refused(`has ${group} groups; known are 1 and one for each of the ${channels} channels`);
  const windows = readWindows(node, [height, width], [kernelHeight, kernelWidth], [1, 1]);
  if (Math.max(...windows.strides) > 1 && Math.max(...windows.dilations) > 1) throw node.refused('has both strides and dilations');
  const name = layerName(node.name || (node.inputs[1] ?? ''), isDepthwise ? 'depthwise' : 'conv');
  const placed = placeWindows(node, graph, value, windows, 'zeros');
  const bias = node.optionalConstant(2);
  if (bias && bias.values.length !== outChannels) throw node.damaged(`has a bias [${bias.shape}] for ${outChannels} channels`);
  const config = {
    kernel_size: windows.size,
    strides: windows.strides,
    dilation_rate: windows.dilations,
    padding: placed.padding,
    use_bias: bias !== undefined,
  };
  const values = Float32Array.from(kernel.values);
  const weights = bias ? { bias: { shape: [outChannels], values: Float32Array.from(bias.values) } } : undefined;
  const layer = isDepthwise
    ? graph.add('DepthwiseConv2D', name, { ...config, depth_multiplier: outChannels / channels }, [placed.layer], {
        depthwise_kernel: {
          shape: [kernelHeight, kernelWidth, channels, outChannels / channels],
          values: permuted(values, [channels, outChannels / channels, kernelHeight, kernelWidth], [2, 3, 0, 1]),
        },
        ...weights,
      })
    : graph.add('Conv2D', name, { ...config, filters: outChannels }, [placed.layer], {
        kernel: { shape: [kernelHeight, kernelWidth, channels, outChannels], values: permuted(values, kernel.shape, [2, 3, 1, 0]) },
        ...weights,
      });
  return graph.value(layer, [...placed.outSize, outChannels], 'channelsFirst', { takesBias: !bias });
}
