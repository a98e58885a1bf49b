import { sizeOf } from '../../../../inference/step.ts';
import type { LayerContext } from '../layer-context.ts';
import { nodeValue, type Value } from '../value.ts';
import { kernelAndBias } from '../weights.ts';
import { withActivation } from './activation.ts';
import { type Windows, windowsOf } from './windows.ts';

type Pair = readonly [number, number];

/** `Conv2D`: the kernel `[height, width, in, out]` becomes `[out, in, height, width]`. Of `Conv1D` it is `[width, in, out]`. */
export function conv2d(context: LayerContext): Value {
  const { layer, inputs } = context;
  const image = layer.image(inputs[0].shape);
  const outChannels = layer.count('filters');
  const windows = windowsOf(layer, image, layer.pair('kernel_size'));
  const places = layer.isOfSequences ? windows.size.slice(1) : windows.size;
  const weights = kernelAndBias(context, {
    key: 'kernel',
    shape: [...places, image[2], outChannels],
    order: layer.isOfSequences ? [2, 1, 0] : [3, 2, 0, 1],
    channelAxis: places.length + 1,
    as: [outChannels, image[2], ...windows.size],
  });
  return convolved(context, weights, windows, outChannels);
}

/** `DepthwiseConv2D`: the kernel `[height, width, channels, multiplier]` becomes `[channels * multiplier, 1, height, width]`. */
export function depthwiseConv2d(context: LayerContext): Value {
  const { layer, inputs } = context;
  const image = layer.image(inputs[0].shape);
  const multiplier = layer.count('depth_multiplier', 1);
  const windows = windowsOf(layer, image, layer.pair('kernel_size'));
  const weights = kernelAndBias(context, {
    key: 'depthwise_kernel',
    shape: [...windows.size, image[2], multiplier],
    order: [2, 3, 0, 1],
    channelAxis: 2,
    as: [image[2] * multiplier, 1, ...windows.size],
  });
  return convolved(context, weights, windows, image[2] * multiplier, image[2]);
}

/** `SeparableConv2D`: a depthwise convolution, then one of single pixels. */
export function separableConv2d(context: LayerContext): Value {
  const { layer, writer, inputs } = context;
  const image = layer.image(inputs[0].shape);
  const multiplier = layer.count('depth_multiplier', 1);
  const outChannels = layer.count('filters');
  const windows = windowsOf(layer, image, layer.pair('kernel_size'));
  const between = image[2] * multiplier;
  const depthwise = kernelAndBias(context, {
    key: 'depthwise_kernel',
    shape: [...windows.size, image[2], multiplier],
    order: [2, 3, 0, 1],
    channelAxis: 2,
    as: [between, 1, ...windows.size],
    bias: false,
  });
  const middle = writer.add(
    'Conv',
    [inputs[0].in('channelsFirst'), ...depthwise],
    `${layer.name}/depthwise`,
    attributesOf(windows, image[2]),
  );
  const pointwise = kernelAndBias(context, {
    key: 'pointwise_kernel',
    shape: [1, 1, between, outChannels],
    order: [3, 2, 0, 1],
    channelAxis: 3,
  });
  return activated(context, writer.add('Conv', [middle, ...pointwise], layer.name), [...windows.outSize, outChannels]);
}

/** `Conv2DTranspose`: the kernel `[height, width, out, in]` becomes `[in, out, height, width]`. */
export function conv2dTranspose(context: LayerContext): Value {
  const { layer, writer, inputs } = context;
  const image = layer.image(inputs[0].shape);
  const outChannels = layer.count('filters');
  const [size, strides] = [layer.pair('kernel_size'), layer.pair('strides', [1, 1])];
  const isSame = layer.padding() === 'same';
  // What the convolution that it turns around would have been padded with.
  const total = size.map((length, axis) => (isSame ? Math.max(length - strides[axis], 0) : 0));
  const begin = total.map((padding) => Math.floor(padding / 2));
  const end = total.map((padding, axis) => padding - begin[axis]);
  // Windows may also lie apart: then there is something behind the last one.
  const missing = size.map((length, axis) => Math.max(strides[axis] - length, 0)) as unknown as Pair;
  const weights = kernelAndBias(context, { key: 'kernel', shape: [...size, outChannels, image[2]], order: [3, 2, 0, 1], channelAxis: 2 });
  const outSize = [0, 1].map((axis) => (image[axis] - 1) * strides[axis] + size[axis] + missing[axis] - total[axis]);
  const attributes = { kernel_shape: size, strides, pads: [...begin, ...end], output_padding: missing };
  const result = writer.add('ConvTranspose', [inputs[0].in('channelsFirst'), ...weights], layer.name, attributes);
  return activated(context, result, [...outSize, outChannels]);
}

function convolved(context: LayerContext, weights: readonly string[], windows: Windows, outChannels: number, group = 1): Value {
  const { layer, writer, inputs } = context;
  const result = writer.add('Conv', [inputs[0].in('channelsFirst'), ...weights], layer.name, attributesOf(windows, group));
  return activated(context, result, [...windows.outSize, outChannels]);
}

function activated(context: LayerContext, name: string, shape: readonly number[]): Value {
  if (sizeOf(shape) < 1) throw context.layer.damaged(`it gives [${shape}]`);
  return nodeValue(context.writer, withActivation(context, name, 'channelsFirst'), shape, 'channelsFirst');
}

function attributesOf({ size, strides, dilations, pads }: Windows, group: number) {
  return { kernel_shape: size, strides, dilations, pads, group };
}
