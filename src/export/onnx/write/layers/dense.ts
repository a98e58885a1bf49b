import type { LayerContext } from '../layer-context.ts';
import { nodeValue, type Value } from '../value.ts';
import { kernelAndBias } from '../weights.ts';
import { withActivation } from './activation.ts';

/** `Dense`: every unit reads all values of the last axis. */
export function dense(context: LayerContext): Value {
  const { writer, layer, inputs } = context;
  const [value] = inputs;
  const k = value.shape[value.shape.length - 1];
  const units = layer.count('units');
  const { image } = value;
  const order = image ? value.order : 'keras';
  const rows = image && order === 'channelsFirst' ? () => channelsFirstRows(image) : undefined;
  const [kernel, bias] = kernelAndBias(context, { key: 'kernel', shape: [k, units], order: [0, 1], channelAxis: 1, rows });
  const input = value.in(order);
  const sums =
    value.shape.length === 1
      ? writer.add('Gemm', [input, kernel, ...(bias ? [bias] : [])], layer.name)
      : addBias(writer.add('MatMul', [input, kernel], `${layer.name}/product`), bias);
  return nodeValue(writer, withActivation(context, sums, 'keras'), [...value.shape.slice(0, -1), units], 'keras');

  function addBias(product: string, term: string | undefined): string {
    return term ? writer.add('Add', [product, term], layer.name) : product;
  }
}

/** For each row of a kernel that reads an image channels first: which row of Keras' kernel it is. */
function channelsFirstRows([height, width, channels]: readonly number[]): Int32Array {
  const pixels = height * width;
  return Int32Array.from({ length: pixels * channels }, (_, at) => (at % pixels) * channels + Math.floor(at / pixels));
}
