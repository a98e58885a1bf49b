import { copyStep } from '../copy-step.ts';
import type { LayerConfig } from '../layer-config.ts';
import type { Step } from '../step.ts';
import type { RecurrentKind } from './recurrent-cells.ts';

/** Keras' classes of the layers that run in two directions. */
const kinds: Readonly<Record<string, RecurrentKind>> = { SimpleRNN: 'simple', GRU: 'gru', LSTM: 'lstm' };
/** What makes one value of both, by Keras' class. */
const merges: Readonly<Record<string, string>> = { concat: 'Concatenate', sum: 'Add', ave: 'Average', mul: 'Multiply' };

/** What a `Bidirectional` is made of: two recurrent layers, and one that merges what they give. */
export interface TwoDirections {
  readonly kind: RecurrentKind;
  readonly layers: readonly [forward: LayerConfig, backward: LayerConfig];
  readonly merge: LayerConfig;
  /** Whether what the second one gives is to be put into the order of time. */
  readonly turnsSecond: boolean;
}

/** @throws DlError `refused` for other layers than recurrent ones, and where both results are given */
export function twoDirections(layer: LayerConfig): TwoDirections {
  const inner = layer.inner(layer.name);
  if (!Object.hasOwn(kinds, inner.kind)) throw layer.unsupported(`runs ${inner.kind} in both directions`);
  const mode = layer.setting('merge_mode');
  const merged = mode === undefined ? 'concat' : mode;
  if (typeof merged !== 'string' || !Object.hasOwn(merges, merged)) {
    throw layer.unsupported(`has the merge mode ${JSON.stringify(merged)}; known are ${Object.keys(merges).join(', ')}`);
  }
  const isTurned = inner.flag('go_backwards');
  const named = (direction: string, goBackwards: boolean) =>
    layer.inner(`${layer.name}/${direction}_${layer.innerName}`, { go_backwards: goBackwards });
  return {
    kind: kinds[inner.kind],
    layers: [named('forward', isTurned), named('backward', !isTurned)],
    merge: layer.as(merges[merged]),
    turnsSecond: inner.flag('return_sequences'),
  };
}

/** `[length, columns]`, the last moment first. */
export function turned(layer: LayerConfig, shape: readonly number[]): Step {
  const [length, columns] = shape;
  return copyStep('turn', layer, {
    inputShape: shape,
    outputShape: shape,
    axes: [
      { length, from: -columns, to: columns },
      { length: columns, from: 1, to: 1 },
    ],
    first: { from: (length - 1) * columns },
  });
}
