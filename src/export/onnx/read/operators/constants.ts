import { ChannelGroups } from '../channel-groups.ts';
import { type Constant, isConstant } from '../constant.ts';
import { GroupRows } from '../group-rows.ts';
import { ImportedValue } from '../imported-value.ts';
import type { KerasGraph } from '../keras-graph.ts';
import type { OnnxNode, Result } from '../onnx-node.ts';
import { lengthsOf as recurrentLengths } from '../recurrent-values.ts';

/** Longer lists of whole numbers are no shapes. */
const longestShape = 64;

/** `Constant`. */
export function constant(node: OnnxNode): Constant {
  const tensor = node.tensor('value');
  if (tensor) return tensor;
  if (node.has('value_float')) return { shape: [], values: Float32Array.of(node.float('value_float', 0)) };
  if (node.has('value_int')) return { shape: [], values: Float64Array.of(node.int('value_int', 0)) };
  const ints = node.ints('value_ints');
  if (ints) return { shape: [ints.length], values: Float64Array.from(ints) };
  throw node.refused('has no numbers');
}

/** `Shape`: the lengths of a value; that of the batch is NaN, unless the file says it. */
export function shape(node: OnnxNode, graph: KerasGraph): Constant {
  const input = node.input(0);
  const batch = graph.fixedBatch ?? Number.NaN;
  const cut = lengthsOfResult().slice(node.int('start', 0), node.has('end') ? node.int('end', 0) : undefined);
  return { shape: [cut.length], values: Float64Array.from(cut) };

  function lengthsOfResult(): readonly number[] {
    if (input === undefined || isConstant(input)) return node.constant(0).shape;
    if (input instanceof ChannelGroups || input instanceof GroupRows) throw node.refused('reads the lengths of groups of channels');
    return input instanceof ImportedValue ? [batch, ...input.onnxShape] : recurrentLengths(input, batch);
  }
}

/** `Gather` of lengths. */
export function gather(node: OnnxNode): Constant {
  const { values } = lengthsOf(node);
  const picked = node.constant(1);
  if (node.int('axis', 0) !== 0 || picked.values.length > longestShape) throw node.refused('picks from something other than a shape');
  return { shape: picked.shape, values: Float64Array.from(picked.values, (at) => numberAt(node, values, at)) };
}

/** `Slice` of lengths, or of the rows of a small table; a step of -1 turns them round. */
export function slice(node: OnnxNode): Constant {
  const { shape: own, values } = lengthsOf(node);
  const at = (key: string, input: number, fallback: number) => node.ints(key)?.[0] ?? node.optionalConstant(input)?.values[0] ?? fallback;
  const step = at('steps', 4, 1);
  if (at('axes', 3, 0) !== 0 || own.length === 0 || (step !== 1 && step !== -1)) throw node.refused('cuts something other than a shape');
  const [rows, ...row] = own;
  const length = row.reduce((product, one) => product * one, 1);
  const end = (position: number, least: number) => Math.max(least, Math.min(rows - 1, position < 0 ? position + rows : position));
  const [start, stop] = [at('starts', 1, 0), at('ends', 2, rows)];
  const kept: number[] = [];
  if (step === 1)
    for (let i = Math.max(0, start < 0 ? start + rows : start); i < Math.min(rows, stop < 0 ? stop + rows : stop); i++) kept.push(i);
  else for (let i = end(start, -1); i > (stop < -rows ? -1 : stop < 0 ? stop + rows : stop); i--) kept.push(i);
  const cut = kept.flatMap((i) => Array.from(values.subarray(i * length, (i + 1) * length)));
  return { shape: [kept.length, ...row], values: Float64Array.from(cut) };
}

/** `Reshape` of lengths into a small table, or back. */
export function reshapeLengths(node: OnnxNode): Constant {
  const { values } = lengthsOf(node);
  const target = Array.from(node.constant(1).values);
  const known = target.filter((length) => length !== -1).reduce((product, length) => product * length, 1);
  const own = target.map((length) => (length === -1 ? values.length / known : length));
  if (own.length > 8 || own.reduce((product, length) => product * length, 1) !== values.length)
    throw node.damaged(`makes [${target.slice(0, 8)}] of ${values.length} numbers`);
  return { shape: own, values };
}

/** `Transpose` of a small table. */
export function transposeLengths(node: OnnxNode): Constant {
  const { shape: own, values } = lengthsOf(node);
  if (own.length !== 2 || (node.ints('perm') ?? [1, 0]).join() !== '1,0') throw node.refused(`turns a constant [${own}] round`);
  const [rows, columns] = own;
  return { shape: [columns, rows], values: Float64Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]) };
}

/** `ConstantOfShape`. */
export function constantOfShape(node: OnnxNode): Constant {
  return repeated(node, Array.from(node.constant(0).values), node.tensor('value')?.values[0] ?? 0);
}

/** `Expand` of one number. */
export function expandConstant(node: OnnxNode): Constant {
  const { shape: own, values } = node.constant(0);
  if (values.length !== 1) throw node.refused(`repeats the constant [${own}]; known is one number`);
  return repeated(node, Array.from(node.constant(1).values), values[0]);
}

/** One number, as often as a shape says. Where that is longer than any shape, or depends on the batch, it is there once: whatever reads it repeats it. */
function repeated(node: OnnxNode, own: readonly number[], number: number): Constant {
  if (own.length > 8 || !own.every((one) => Number.isNaN(one) || (Number.isSafeInteger(one) && one >= 0)))
    throw node.damaged(`makes a constant [${own.slice(0, 8)}]`);
  const length = own.reduce((product, one) => product * one, 1);
  if (length <= longestShape) return { shape: own, values: new Float64Array(length).fill(number) };
  return { shape: own.map(() => 1), values: Float64Array.of(number) };
}

/** `Concat` of lengths. */
export function concatLengths(node: OnnxNode): Constant {
  const parts = Array.from({ length: node.inputCount }, (_, index) => Array.from(node.constant(index).values));
  if (parts.reduce((sum, { length }) => sum + length, 0) > longestShape)
    throw node.refused('puts constants side by side that are no shape');
  const values = Float64Array.from(parts.flat());
  return { shape: [values.length], values };
}

/** `Add`, `Sub`, `Mul`, `Div` of lengths; one number is combined with each. */
export function lengthArithmetic(node: OnnxNode): Constant {
  const [a, b] = [node.constant(0), node.constant(1)];
  const whole = a.values.length >= b.values.length ? a : b;
  const fits = [a, b].every(({ values }) => values.length === 1 || values.length === whole.values.length);
  if (!fits || whole.values.length > longestShape) throw node.refused(`combines the constants [${a.shape}] and [${b.shape}]`);
  const isWhole = a.values instanceof Float64Array && b.values instanceof Float64Array;
  const operations: Readonly<Record<string, (x: number, y: number) => number>> = {
    Add: (x, y) => x + y,
    Sub: (x, y) => x - y,
    Mul: (x, y) => x * y,
    Div: (x, y) => (isWhole ? Math.trunc(x / y) : x / y),
  };
  const compute = operations[node.operator];
  const at = ({ values }: Constant, i: number) => values[values.length === 1 ? 0 : i];
  return { shape: whole.shape, values: whole.values.map((_, i) => compute(at(a, i), at(b, i))) };
}

/** `Cast` of lengths, or of weights that the file holds as float16: the numbers stay. */
export function castConstant(node: OnnxNode): Constant {
  const input = node.constant(0);
  return input.values instanceof Float32Array ? input : sameLengths(node);
}

/** `Squeeze`, `Unsqueeze` of lengths: the numbers stay. */
export function sameLengths(node: OnnxNode): Constant {
  const { values } = lengthsOf(node);
  return { shape: values.length === 1 && node.operator === 'Squeeze' ? [] : [values.length], values };
}

/** `DequantizeLinear` of weights. */
export function dequantizeLinear(node: OnnxNode, graph: KerasGraph): Constant {
  if (node.input(0) instanceof ImportedValue)
    throw node.refused('computes with whole numbers', 'Export the model as float32 and quantize it here.');
  const { shape: own, values } = node.constant(0);
  const scales = node.constant(1).values;
  const zeros = node.optionalConstant(2)?.values ?? new Float64Array(scales.length);
  graph.checkRoom(values.length);
  const axis = node.int('axis', 1);
  const along = axis < 0 ? axis + own.length : axis;
  if (zeros.length !== scales.length || (scales.length !== 1 && scales.length !== own[along]))
    throw node.refused(`has ${scales.length} scales for [${own}]`);
  const inner = own.slice(along + 1).reduce((product, length) => product * length, 1);
  const channelOf = (i: number) => (scales.length === 1 ? 0 : Math.floor(i / inner) % own[along]);
  return { shape: own, values: Float32Array.from(values, (value, i) => (value - zeros[channelOf(i)]) * scales[channelOf(i)]) };
}

/** `Identity`, `Dropout`, `Cast`: what it reads. */
export function identity(node: OnnxNode): Result {
  const input = node.input(0);
  if (!input) throw node.damaged('has no input');
  return input;
}

function lengthsOf(node: OnnxNode): Constant {
  const lengths = node.constant(0);
  if (lengths.values.length > longestShape) throw node.refused('computes with a constant that is no shape');
  return lengths;
}

function numberAt(node: OnnxNode, values: Float32Array | Float64Array, position: number): number {
  const at = position < 0 ? position + values.length : position;
  if (!(at in values)) throw node.damaged(`picks number ${position} of ${values.length}`);
  return values[at];
}
