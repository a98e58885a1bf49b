import { dotSizes } from '../../../../inference/steps/dot.ts';
import { combinedShape } from '../../../../inference/steps/merge.ts';
import type { LayerContext } from '../layer-context.ts';
import { nodeValue, type Value } from '../value.ts';

/** ONNX's operators for layers that make one value of several of the same shape. */
const operators: Readonly<Record<string, string>> = { Add: 'Sum', Average: 'Mean', Maximum: 'Max', Minimum: 'Min' };

/** `Add`, `Average`, `Multiply`, `Maximum`, `Minimum`: value by value. */
export function combination({ writer, layer, inputs }: LayerContext): Value {
  const shape = combinedShape(layer, inputs.map((one) => one.shape)); // biome-ignore format: one line
  const order = orderOf(inputs);
  const names = inputs.map((value) => value.in(order));
  const combine = () => {
    if (layer.kind === 'Multiply') return names.reduce((product, name) => writer.add('Mul', [product, name], layer.name));
    if (layer.kind === 'Add' && names.length === 2) return writer.add('Add', names, layer.name); // what optimizers look for
    return writer.add(operators[layer.kind], names, layer.name);
  };
  return nodeValue(writer, combine(), shape, order);
}

/** `Concatenate`: channels side by side. */
export function concatenation({ writer, layer, inputs }: LayerContext): Value {
  const [{ shape }] = inputs;
  const axis = layer.number('axis', -1);
  if (axis !== -1 && axis !== shape.length) throw layer.unsupported(`puts axis ${axis} side by side, not the last one`);
  const pixels = (one: Value) => one.shape.slice(0, -1).join();
  const other = inputs.find((one) => one.shape.length !== shape.length || pixels(one) !== pixels(inputs[0]));
  if (other) throw layer.damaged(`it puts [${shape}] and [${other.shape}] side by side`);
  const order = orderOf(inputs);
  const names = inputs.map((value) => value.in(order));
  const width = inputs.reduce((sum, one) => sum + one.shape[one.shape.length - 1], 0);
  const result = writer.add('Concat', names, layer.name, { axis: order === 'channelsFirst' ? 1 : shape.length });
  return nodeValue(writer, result, [...shape.slice(0, -1), width], order);
}

/** `Dot`: axes by letters, of which the one that is summed over has the same in both. */
export function dot({ writer, layer, inputs }: LayerContext): Value {
  const { axes, outputShape } = dotSizes(layer, inputs.map((one) => one.shape)); // biome-ignore format: one line
  const letters = inputs.map(({ shape }, i) => shape.map((_, axis) => (axis === axes[i] ? 'k' : 'mn'[i])).join(''));
  const kept = letters.join('').replaceAll('k', '');
  const names = inputs.map((value) => value.in('keras'));
  const result = writer.add('Einsum', names, layer.name, { equation: `b${letters[0]},b${letters[1]}->b${kept}` });
  if (kept !== '') return nodeValue(writer, result, outputShape, 'keras');
  const column = writer.add('Unsqueeze', [result, writer.integers(`${layer.name}/axis`, [1])], `${layer.name}/column`);
  return nodeValue(writer, column, outputShape, 'keras');
}

/** Images meet channels first where one of them is so already. */
function orderOf(inputs: readonly Value[]): 'keras' | 'channelsFirst' {
  const isImage = inputs[0].shape.length === 3;
  return isImage && inputs.some(({ order }) => order === 'channelsFirst') ? 'channelsFirst' : 'keras';
}
