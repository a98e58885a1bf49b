import type { NamedWeight } from '../../../packed/model-file.ts';
import { permuted } from '../permuted.ts';
import type { LayerContext } from './layer-context.ts';

/** How a kernel of Keras becomes one of ONNX. */
export interface KernelForm {
  /** Its name in the layer: `kernel`. */
  readonly key: string;
  /** Keras' shape. */
  readonly shape: readonly number[];
  /** ONNX's axes, as numbers of Keras'. */
  readonly order: readonly number[];
  /** Keras' axis of the output channels. */
  readonly channelAxis: number;
  /** The shape that the file says, where it differs from the reordered one. */
  readonly as?: readonly number[];
  /** For each row: which one of Keras' it is; asked for when the kernel is known to have that many. @default as they are */
  readonly rows?: () => Int32Array;
  /** Whether the layer's bias belongs to it. @default true */
  readonly bias?: boolean;
}

/** Adds the kernel of a layer and, if there is one, its bias: as whole numbers with a scale where they are quantized. @returns their names */
export function kernelAndBias(context: LayerContext, form: KernelForm): readonly string[] {
  const { writer, layer } = context;
  const { key, shape, order, as, rows } = form;
  const values = layer.weight(key, shape);
  const moved = permuted(rows ? withRows(values, rows()) : values, shape, order);
  const axis = order.indexOf(form.channelAxis);
  const fileShape = as ?? order.map((one) => shape[one]);
  const bias = form.bias === false ? undefined : biasOf(context, axis === 0 ? fileShape[0] : shape[form.channelAxis]);
  const scales = scalesOf(context.quantized(key), form.channelAxis, fileShape[axis]);
  if (!scales) {
    const kernel = writer.constant(`${layer.name}/${key}`, moved, fileShape);
    return bias ? [kernel, writer.constant(`${layer.name}/bias`, bias)] : [kernel];
  }
  const numbers = wholeNumbers(moved, fileShape, axis, scales);
  if (bias && context.inputRange) widenEmptyChannels(scales, numbers, fileShape, axis, bias, context.inputRange.scale);
  const kernel = dequantized(context, key, numbers, fileShape, scales, axis);
  return bias ? [kernel, quantizedBias(context, bias, scales)] : [kernel];
}

function biasOf({ layer }: LayerContext, length: number): Float32Array | undefined {
  return layer.setting('use_bias') === false ? undefined : layer.optionalWeight('bias', [length], 0);
}

/** One scale per output channel of ONNX's kernel; undefined where the weight is not quantized, or along another axis. */
function scalesOf(weight: NamedWeight | undefined, channelAxis: number, channels: number): Float32Array | undefined {
  if (!weight?.quantization) return undefined;
  const { scales, axis } = weight.quantization;
  if (scales.length > 1 && (axis !== channelAxis || channels % scales.length !== 0)) return undefined;
  const share = channels / scales.length; // a depthwise kernel may have several channels for each of its input
  return Float32Array.from({ length: channels }, (_, channel) => scales[Math.floor(channel / share)]);
}

function wholeNumbers(values: Float32Array, shape: readonly number[], axis: number, scales: Float32Array): Int8Array {
  const channelOf = channelAlong(shape, axis);
  return Int8Array.from(values, (value, i) => Math.round(value / scales[channelOf(i)]));
}

/** The scale of a channel of zeros is free: it is chosen so that the bias, whose numbers have it too, keeps 20 bits. */
function widenEmptyChannels(
  scales: Float32Array,
  numbers: Int8Array,
  shape: readonly number[],
  axis: number,
  bias: Float32Array,
  inputScale: number,
) {
  const channelOf = channelAlong(shape, axis);
  const isUsed = new Uint8Array(scales.length);
  numbers.forEach((number, i) => {
    if (number !== 0) isUsed[channelOf(i)] = 1;
  });
  isUsed.forEach((used, channel) => {
    if (!used && bias[channel] !== 0) scales[channel] = Math.abs(bias[channel]) / (inputScale * 2 ** 20);
  });
}

/** Whole numbers of 32 bits at the scale of the sums, as integer kernels add them; float where that scale is too fine or unknown. */
function quantizedBias(context: LayerContext, bias: Float32Array, scales: Float32Array): string {
  const { writer, layer, inputRange } = context;
  const biasScales = inputRange && scales.map((scale) => scale * inputRange.scale);
  const numbers = biasScales && Array.from(bias, (value, i) => Math.round(value / biasScales[i]));
  if (!numbers?.every((number) => Math.abs(number) < 2 ** 31)) return writer.constant(`${layer.name}/bias`, bias);
  return dequantized(context, 'bias', Int32Array.from(numbers), [bias.length], biasScales as Float32Array, 0);
}

function dequantized(
  { writer, layer }: LayerContext,
  key: string,
  numbers: Int8Array | Int32Array,
  shape: readonly number[],
  scales: Float32Array,
  axis: number,
): string {
  const name = `${layer.name}/${key}`;
  const zeros = numbers instanceof Int8Array ? new Int8Array(scales.length) : new Int32Array(scales.length);
  const inputs = [
    writer.constant(`${name}/numbers`, numbers, shape),
    writer.constant(`${name}/scale`, scales),
    writer.constant(`${name}/zero_point`, zeros),
  ];
  return writer.add('DequantizeLinear', inputs, name, { axis });
}

function channelAlong(shape: readonly number[], axis: number): (position: number) => number {
  const inner = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  return (position) => Math.floor(position / inner) % shape[axis];
}

function withRows(values: Float32Array, rows: Int32Array): Float32Array {
  const columns = values.length / rows.length;
  const result = new Float32Array(values.length);
  rows.forEach((row, at) => void result.set(values.subarray(row * columns, (row + 1) * columns), at * columns));
  return result;
}
