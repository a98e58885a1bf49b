import type { Constant } from '../constant.ts';
import type { ImportedValue } from '../imported-value.ts';
import { type KerasGraph, layerName } from '../keras-graph.ts';
import type { OnnxNode, Result } from '../onnx-node.ts';
import { type AllSteps, type LastSteps, StepsFirst, TurnedSteps } from '../recurrent-values.ts';

/** By ONNX' operator: Keras' class, ONNX' gates as numbers of Keras', and the functions where the file says none. */
const kinds = {
  RNN: { layer: 'SimpleRNN', gates: [0], functions: ['Tanh'] },
  GRU: { layer: 'GRU', gates: [0, 1, 2], functions: ['Sigmoid', 'Tanh'] },
  LSTM: { layer: 'LSTM', gates: [0, 3, 1, 2], functions: ['Sigmoid', 'Tanh', 'Tanh'] },
} as const;

/** Keras' names of ONNX' functions, as they are without settings. */
const activations: Readonly<Record<string, string>> = {
  affine: 'linear',
  relu: 'relu',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  hardsigmoid: 'hard_sigmoid',
  elu: 'elu',
  softsign: 'softsign',
  softplus: 'softplus',
};

/** One direction, as Keras has it. */
interface Direction {
  readonly kernel: Float32Array;
  readonly recurrentKernel: Float32Array;
  readonly bias: Float32Array;
}

/** `LSTM`, `RNN` and `GRU`: `LSTM`, `SimpleRNN` and `GRU`, in a `Bidirectional` where they run both ways. */
export function recurrent(node: OnnxNode, graph: KerasGraph): readonly Result[] {
  const input = node.input(0);
  if (!(input instanceof StepsFirst || input instanceof TurnedSteps))
    throw node.refused(
      'reads what are no steps of a sequence; a batch_first=True of PyTorch gives them, with samples of [steps, features]',
    );
  const kind = kinds[node.operator as keyof typeof kinds];
  const { sequence } = input;
  const [steps, features] = sequence.shape;
  const way = node.string('direction', 'forward');
  if (!['forward', 'reverse', 'bidirectional'].includes(way)) throw node.damaged(`has the direction ${JSON.stringify(way.slice(0, 40))}`);
  const isTurned = input instanceof TurnedSteps;
  if (isTurned && way !== 'forward') throw node.refused(`runs ${way} on steps that were turned round`);
  const count = way === 'bidirectional' ? 2 : 1;
  const units = node.int('hidden_size', node.constant(2).shape[2] ?? 0);
  const resetsAfter = node.operator === 'GRU' && node.int('linear_before_reset', 0) !== 0;
  checkKind(node);
  const functions = functionsOf(node, kind.functions, count);
  const directions = Array.from({ length: count }, (_, i) =>
    directionOf(node, i, { count, units, features, gates: kind.gates, resetsAfter }),
  );
  const name = layerName(node.name || (node.inputs[1] ?? ''), kind.layer.toLowerCase());

  const settings = (returnsSequences: boolean, goesBackwards: boolean) => ({
    units,
    activation: functions[functions.length > 1 ? 1 : 0],
    ...(functions.length > 1 && { recurrent_activation: functions[0] }),
    use_bias: true,
    return_sequences: returnsSequences,
    go_backwards: goesBackwards,
    ...(kind.layer === 'GRU' && { reset_after: resetsAfter }),
  });
  const weightsOf = ({ kernel, recurrentKernel, bias }: Direction, prefix = '') => {
    const width = kind.gates.length * units;
    return {
      [`${prefix}kernel`]: { shape: [features, width], values: kernel },
      [`${prefix}recurrent_kernel`]: { shape: [units, width], values: recurrentKernel },
      [`${prefix}bias`]: { shape: resetsAfter ? [2, width] : [width], values: bias },
    };
  };
  // A layer of Keras gives all steps or the last one: where a model reads both, there are two layers with the same weights.
  const alone = (i: number, returnsSequences: boolean) => () => {
    const config = settings(returnsSequences, isTurned || i === 1 || way === 'reverse');
    return graph.add(kind.layer, name, config, [sequence.layer], weightsOf(directions[i]));
  };
  const together = () => {
    const inner = kind.layer.toLowerCase();
    const layer = { class_name: kind.layer, config: { name: inner, ...settings(true, false) } };
    const weights = { ...weightsOf(directions[0], `forward_${inner}/`), ...weightsOf(directions[1], `backward_${inner}/`) };
    return graph.add('Bidirectional', name, { layer, merge_mode: 'concat' }, [sequence.layer], weights);
  };
  const ends = directions.map((_, i) => graph.value(alone(i, false), [units], 'keras'));
  const last: LastSteps = { kind: 'last', directions: count, units, of: (i) => ends[i] };
  let whole: ImportedValue | undefined;
  const all: AllSteps = {
    ...{ kind: 'all', steps, directions: count, units, batchAxis: 2, last },
    sequence() {
      if (way === 'reverse') throw node.refused('runs backwards alone and gives all of its steps; Keras gives them in the other order');
      const lastLayer = count === 1 ? () => ends[0].layer : undefined;
      whole ??= graph.value(count === 2 ? together : alone(0, true), [steps, count * units], 'keras', { lastLayer });
      return whole;
    },
  };
  const cells: LastSteps = {
    ...last,
    of() {
      throw node.refused('gives the state of its cells to another node');
    },
  };
  return [all, last, cells];
}

/** What Keras' layers do not do. */
function checkKind(node: OnnxNode): void {
  if (node.int('layout', 0) !== 0) throw node.refused('has its samples first (layout 1)');
  if (node.has('clip')) throw node.refused('clips what it computes');
  if (node.int('input_forget', 0) !== 0) throw node.refused('couples its input and forget gates');
  const zeros = (index: number) => (node.optionalConstant(index)?.values ?? new Float32Array(0)).every((one) => one === 0);
  if (node.optionalConstant(4)) throw node.refused('reads how many steps each sample has');
  if (!zeros(5) || (node.operator === 'LSTM' && !zeros(6))) throw node.refused('begins with a state that is not 0');
  if (node.operator === 'LSTM' && node.optionalConstant(7)) throw node.refused('has peepholes');
}

function functionsOf(node: OnnxNode, fallback: readonly string[], count: number): readonly string[] {
  const given = node.strings('activations') ?? [];
  const all = given.length > 0 ? given : Array.from({ length: count }, () => fallback).flat();
  const perDirection = fallback.length;
  const [first, second] = [all.slice(0, perDirection), all.slice(perDirection)].map((list) => list.map((one) => one.toLowerCase()));
  const names = first.map((one) => (Object.hasOwn(activations, one) ? activations[one] : undefined));
  const isAlike = count === 1 ? second.length === 0 : second.join() === first.join();
  // Keras has one function for what an LSTM proposes and what it gives.
  const isKnown =
    all.length === count * perDirection && isAlike && !names.includes(undefined) && (names.length < 3 || names[1] === names[2]);
  const isPlain = !node.has('activation_alpha') && !node.has('activation_beta');
  if (!isKnown || !isPlain)
    throw node.refused(`has the activations [${all.slice(0, 6)}], with settings or of a kind that Keras does not have`);
  return names as string[];
}

interface DirectionSizes {
  readonly count: number;
  readonly units: number;
  readonly features: number;
  readonly gates: readonly number[];
  /** Whether the biases of the inputs and of what is remembered are kept apart. */
  readonly resetsAfter: boolean;
}

/** Its weights, `[directions, gates * units, inputs]` in ONNX, as `[inputs, gates * units]` with Keras' order of the gates; both biases are one, but in a GRU that resets behind its product. */
function directionOf(node: OnnxNode, i: number, { count, units, features, gates, resetsAfter }: DirectionSizes): Direction {
  const width = gates.length * units;
  const part = (index: number, shape: readonly number[]) => {
    const constant = index === 3 ? node.optionalConstant(3) : node.constant(index);
    const whole = [count, ...shape];
    if (constant && constant.shape.join() !== whole.join())
      throw node.damaged(`has weights [${constant.shape}] as its input ${index}, not [${whole}]`);
    const size = constant ? constant.values.length / count : 0;
    return constant?.values.subarray(i * size, (i + 1) * size);
  };
  const byInput = (values: Constant['values'], rows: number) => {
    const moved = new Float32Array(rows * width);
    for (let gate = 0; gate < gates.length; gate++)
      for (let unit = 0; unit < units; unit++)
        for (let row = 0; row < rows; row++) moved[row * width + gates[gate] * units + unit] = values[(gate * units + unit) * rows + row];
    return moved;
  };
  const [kernel, recurrentKernel] = [part(1, [width, features]), part(2, [width, units])] as Constant['values'][];
  const both = part(3, [2 * width]) ?? new Float32Array(2 * width);
  const bias = resetsAfter
    ? Float32Array.of(...byInput(both.subarray(0, width), 1), ...byInput(both.subarray(width), 1))
    : byInput(Float32Array.from({ length: width }, (_, at) => both[at] + both[width + at]), 1); // biome-ignore format: one line
  return { kernel: byInput(kernel, features), recurrentKernel: byInput(recurrentKernel, units), bias };
}
