import type { LayerConfig } from '../../../../inference/layer-config.ts';
import { recurrentSizes } from '../../../../inference/steps/recurrent.ts';
import type { RecurrentKind } from '../../../../inference/steps/recurrent-cells.ts';
import type { WriteLayer } from '../layer-context.ts';
import { nodeValue } from '../value.ts';

/** ONNX's operators; their gates, as numbers of Keras'; and how many functions they take: of the gates, of what is proposed, of what is given. */
const operators = {
  simple: { operator: 'RNN', gates: [0], functions: ['activation'] },
  gru: { operator: 'GRU', gates: [0, 1, 2], functions: ['recurrent_activation', 'activation'] },
  lstm: { operator: 'LSTM', gates: [0, 3, 1, 2], functions: ['recurrent_activation', 'activation', 'activation'] },
} as const;

/** Functions that mean the same without settings, by Keras' names. */
const functionNames: Readonly<Record<string, string>> = {
  linear: 'Affine',
  relu: 'Relu',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  hard_sigmoid: 'HardSigmoid',
  elu: 'Elu',
  softsign: 'Softsign',
  softplus: 'Softplus',
};

/** `SimpleRNN`, `GRU`, `LSTM`: ONNX has them with the time before the batch, kernels `[gates * units, inputs]` and gates in another order. */
export function recurrent(kind: RecurrentKind): WriteLayer {
  return ({ writer, layer, inputs: [value] }) => {
    const { name } = layer;
    const { length, columns, units, isReset, width, returnsSequences } = recurrentSizes(kind, layer, value.shape);
    const { operator, gates, functions } = operators[kind];
    const kernel = (key: string, rows: number) => {
      const moved = byGate(layer.weight(key, [rows, width]), rows, { units, gates });
      return writer.constant(`${name}/${key}`, moved, [1, width, rows]);
    };
    const bias = layer.optionalWeight('bias', isReset ? [2, width] : [width], 0);
    const both = new Float32Array(2 * width); // of the inputs, and of what is remembered
    both.set(byGate(bias.subarray(0, width), 1, { units, gates }));
    if (isReset) both.set(byGate(bias.subarray(width), 1, { units, gates }), width);
    const parameters = [
      kernel('kernel', columns),
      kernel('recurrent_kernel', units),
      writer.constant(`${name}/bias`, both, [1, 2 * width]),
    ];
    const byTime = writer.add('Transpose', [value.in('keras')], `${name}/time`, { perm: [1, 0, 2] });
    const inOrder = layer.flag('go_backwards') ? reversed(byTime) : byTime;
    const attributes = {
      hidden_size: units,
      activations: functions.map((key) => functionName(layer, key)),
      ...(kind === 'gru' && { linear_before_reset: Number(isReset) }),
    };
    const all = writer.add(operator, [inOrder, ...parameters], `${name}/all`, attributes); // [length, 1, batch, units]
    if (returnsSequences) {
      const squeezed = writer.add('Squeeze', [all, writer.integers(`${name}/direction`, [1])], `${name}/moments`);
      return nodeValue(writer, writer.add('Transpose', [squeezed], name, { perm: [1, 0, 2] }), [length, units], 'keras');
    }
    const last = writer.add('Gather', [all, writer.constant(`${name}/end`, BigInt64Array.of(BigInt(length - 1)), [])], `${name}/last`, {
      axis: 0,
    });
    return nodeValue(writer, writer.add('Squeeze', [last, writer.integers(`${name}/direction`, [0])], name), [units], 'keras');

    function reversed(input: string): string {
      const [start, end, axis, step] = [[-1], [-length - 1], [0], [-1]].map((numbers) => writer.integers(`${name}/backwards`, numbers));
      return writer.add('Slice', [input, start, end, axis, step], `${name}/reversed`);
    }
  };
}

function functionName(layer: LayerConfig, key: string): string {
  const { name } = layer.activation(key, key === 'activation' ? 'tanh' : 'hard_sigmoid');
  if (!Object.hasOwn(functionNames, name)) throw layer.unsupported(`has the ${key} ${JSON.stringify(name)}`);
  return functionNames[name];
}

/** `[rows, gates * units]` becomes `[gates * units, rows]`, the gates in another order. */
function byGate(values: Float32Array, rows: number, { units, gates }: { units: number; gates: readonly number[] }): Float32Array {
  const width = gates.length * units;
  return Float32Array.from({ length: values.length }, (_, at) => {
    const [column, row] = [Math.floor(at / rows), at % rows];
    return values[row * width + gates[Math.floor(column / units)] * units + (column % units)];
  });
}
