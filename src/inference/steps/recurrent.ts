import { linear } from '../activation.ts';
import { type CopyCounts, copyCounts } from '../copy-step.ts';
import type { LayerConfig } from '../layer-config.ts';
import { perBatch } from '../per-batch.ts';
import type { Step } from '../step.ts';
import { productStep } from './product-step.ts';
import { cells, type RecurrentKind } from './recurrent-cells.ts';

/** `SimpleRNN`, `GRU` and `LSTM`, as their cells have them: all products with the inputs at once, then one moment after the other. */
export function recurrent(kind: RecurrentKind, layer: LayerConfig, inputShape: readonly number[]): readonly Step[] {
  const { length, columns, units, isReset, returnsSequences, width } = recurrentSizes(kind, layer, inputShape);
  const bias = layer.optionalWeight('bias', isReset ? [2, width] : [width], 0);
  const inputs = productStep(layer, [length, width], {
    kind: 'dense',
    rows: length,
    k: columns,
    n: width,
    weights: layer.weight('kernel', [columns, width]),
    bias: bias.slice(0, width),
  });
  inputs.activation = linear;
  return [inputs, overTime()];

  function overTime(): Step {
    const activations = [layer.activation('activation', 'tanh'), layer.activation('recurrent_activation', 'hard_sigmoid')] as const;
    const [runsBackwards, weights] = [layer.flag('go_backwards'), layer.weight('recurrent_kernel', [units, width])];
    return {
      kind: layer.kind.toLowerCase(),
      layers: [layer.name],
      outputShape: returnsSequences ? [length, units] : [units],
      multiplyAdds: length * units * width,
      compile(kernels) {
        const { exports, scratch } = kernels;
        const cell = cells[kind]({ kernels, units, weights, bias: isReset ? bias.slice(width) : undefined, activations });
        const sized = perBatch((batch) => {
          const counts = (axes: Parameters<typeof copyCounts>[0]) => copyCounts(axes) as CopyCounts;
          const bytes = batch * units * 4;
          const [gate, unit] = [(from: number, to: number) => ({ length: width / units, from, to }), { length: units, from: 1, to: 1 }];
          const sample = (from: number, to: number) => ({ length: batch, from, to });
          return {
            sizes: [bytes, bytes, (bytes * width) / units, cell.scratchBytes(batch)] as const,
            // One moment of all samples, gate by gate; and what a moment gives, back to its place.
            read: exports.copyRuns.bind(undefined, ...counts([gate(units, batch * units), sample(length * width, units), unit])),
            write: exports.copyRuns.bind(undefined, ...counts([sample(units, (returnsSequences ? length : 1) * units), unit])),
          };
        });
        return ([input], output, batch) => {
          const { sizes, read, write } = sized(batch);
          const [hidden, state, gates, own] = scratch.split(...sizes);
          exports.clear(batch * units, hidden);
          exports.clear(batch * units, state);
          for (let moment = 0; moment < length; moment++) {
            const place = runsBackwards ? length - 1 - moment : moment;
            read(input + 4 * place * width, gates);
            cell.run({ batch, gates, hidden, state, scratch: own });
            if (returnsSequences) write(hidden, output + 4 * moment * units);
          }
          if (!returnsSequences) write(hidden, output);
        };
      },
    };
  }
}

/** What a recurrent layer says of itself. @throws DlError `refused` for what the engine cannot run, `file` for a damaged description */
export function recurrentSizes(kind: RecurrentKind, layer: LayerConfig, inputShape: readonly number[]) {
  for (const flag of ['return_state', 'stateful']) if (layer.flag(flag)) throw layer.unsupported(`keeps or gives its state (${flag})`);
  if (inputShape.length !== 2) throw layer.damaged(`it takes sequences [length, columns], it gets [${inputShape}]`);
  const [length, columns] = inputShape;
  const units = layer.count('units');
  const isReset = kind === 'gru' && layer.flag('reset_after');
  const width = units * { simple: 1, gru: 3, lstm: 4 }[kind];
  return { length, columns, units, isReset, width, returnsSequences: layer.flag('return_sequences') };
}
