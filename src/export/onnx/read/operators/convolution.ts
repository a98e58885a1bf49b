import { permuted } from '../../permuted.ts';
import type { Constant } from '../constant.ts';
import type { ImportedValue } from '../imported-value.ts';
import { type KerasGraph, layerName } from '../keras-graph.ts';
import type { OnnxNode } from '../onnx-node.ts';
import { type Cuts, cropped } from './cropping.ts';
import { placeWindows, readWindows } from './windows.ts';

/**
 * `Conv` of images and signals: `Conv2D`, or `DepthwiseConv2D` where every channel is convolved by itself. Other groups become a kernel that is 0 between
 * them, as Keras' layer in tfjs has none; the engine's sparse kernels leave the zeros out.
 */
export function conv(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const { value, kernel } = imageAndKernel(node);
  const channels = value.shape[2];
  const [outChannels, groupChannels, kernelHeight, kernelWidth] = kernel.shape;
  const group = node.int('group', 1);
  const isSound = group >= 1 && groupChannels * group === channels && outChannels % group === 0;
  if (!isSound) throw node.damaged(`has a kernel [${kernel.shape}] in ${group} groups for ${channels} channels`);
  const windows = readWindows(node, value, [kernelHeight, kernelWidth]);
  if (Math.max(...windows.strides) > 1 && Math.max(...windows.dilations) > 1) throw node.refused('has both strides and dilations');
  // tfjs ignores the dilation of its depthwise layer.
  const isDepthwise = group > 1 && group === channels && Math.max(...windows.dilations) === 1;
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
  if (!isDepthwise) graph.checkRoom(group * kernel.values.length);
  const values = isDepthwise ? Float32Array.from(kernel.values) : withZerosBetween(kernel, group);
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
        kernel: {
          shape: [kernelHeight, kernelWidth, channels, outChannels],
          values: permuted(values, [outChannels, channels, kernelHeight, kernelWidth], [2, 3, 1, 0]),
        },
        ...weights,
      });
  return graph.value(layer, [...placed.outSize, outChannels], value.order, { takesBias: !bias });
}

/** What a convolution of images reads; a signal is an image of one row. @throws DlError `refused` for convolutions of other things */
function imageAndKernel(node: OnnxNode): { value: ImportedValue; kernel: Constant } {
  const value = node.value(0);
  const kernel = node.constant(1);
  const axes = kernel.shape.length - 2;
  if (axes !== 1 && axes !== 2)
    throw node.refused(`has a kernel of the shape [${kernel.shape}], not that of a convolution of images or signals`);
  if (value.order !== (axes === 1 ? 'signal' : 'channelsFirst')) {
    const wanted = axes === 1 ? 'signal [channels, length]' : 'image [channels, height, width]';
    throw node.refused(`reads [${value.onnxShape}], which is no ${wanted}`);
  }
  const [out, inside, ...size] = kernel.shape;
  return { value, kernel: axes === 2 ? kernel : { ...kernel, shape: [out, inside, 1, ...size] } };
}

/** The kernel of one group, `[out, in, height, width]`, that computes what those of several groups compute. */
function withZerosBetween({ shape, values }: Constant, groups: number): Float32Array {
  const [outChannels, groupChannels, height, width] = shape;
  const stretch = groupChannels * height * width;
  const whole = new Float32Array(groups * values.length);
  for (let out = 0; out < outChannels; out++) {
    const group = Math.floor((out * groups) / outChannels);
    whole.set(values.subarray(out * stretch, (out + 1) * stretch), (out * groups + group) * stretch);
  }
  return whole;
}

/** `ConvTranspose` of images and signals: `Conv2DTranspose`, and `Cropping2D` where it is padded otherwise than Keras' `same`. */
export function convTranspose(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const { value, kernel } = imageAndKernel(node);
  const [height, width, channels] = value.shape;
  const [inChannels, outChannels, ...size] = kernel.shape;
  if (inChannels !== channels) throw node.damaged(`has a kernel [${kernel.shape}] for ${channels} channels`);
  if (node.int('group', 1) !== 1) throw node.refused('is transposed and has groups');
  if (node.has('output_shape')) throw node.refused('says its output_shape, not its pads');
  const { strides, dilations, begin, end } = readWindows(node, value, [size[0], size[1]]);
  if (Math.max(...dilations) > 1) throw node.refused('is transposed and dilated');
  const more = node.pair('output_padding', [0, 0], 0, value.order === 'signal');
  // What Keras' `valid` gives: at least as much as any weight reaches. The rest is cut off.
  const whole = [height, width].map((length, axis) => length * strides[axis] + Math.max(size[axis] - strides[axis], 0));
  const cuts = whole.map((length, axis) => {
    const outLength = ([height, width][axis] - 1) * strides[axis] + size[axis] - begin[axis] - end[axis] + more[axis];
    return [begin[axis], length - begin[axis] - outLength];
  });
  if (cuts.some(([, behind]) => behind < 0)) throw node.refused(`adds the output_padding [${more}] where it has nothing to cut off`);
  const isSame = cuts.every(([before, behind], axis) => {
    const total = Math.max(size[axis] - strides[axis], 0);
    return before === Math.floor(total / 2) && behind === total - before;
  });
  const bias = node.optionalConstant(2);
  if (bias && bias.values.length !== outChannels) throw node.damaged(`has a bias [${bias.shape}] for ${outChannels} channels`);
  const name = layerName(node.name || (node.inputs[1] ?? ''), 'transpose');
  const config = { filters: outChannels, kernel_size: size, strides, padding: isSame ? 'same' : 'valid', use_bias: bias !== undefined };
  const layer = graph.add('Conv2DTranspose', name, config, [value.layer], {
    kernel: { shape: [...size, outChannels, channels], values: permuted(Float32Array.from(kernel.values), kernel.shape, [2, 3, 1, 0]) },
    ...(bias && { bias: { shape: [outChannels], values: Float32Array.from(bias.values) } }),
  });
  const given = graph.value(layer, [...whole, outChannels], value.order, { takesBias: !bias });
  if (!isSame) return cropped(graph, given, cuts as unknown as Cuts);
  const outShape = [height * strides[0], width * strides[1], outChannels];
  return graph.value(layer, outShape, value.order, { takesBias: !bias });
}
