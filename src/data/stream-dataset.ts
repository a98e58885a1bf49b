import { DlError } from '../core/errors.ts';
import type { Dataset, StreamSample } from './dataset.ts';
import type { Features } from './features.ts';

export interface StreamDatasetOptions extends Pick<Features, 'task' | 'inputShape' | 'outputNames'> {
  /** Samples per epoch; a stream may have more, or never end. */
  readonly length: number;
  /** The samples of an epoch, preprocessed. Equal epochs should give equal samples, so that a resumed run sees what it would have seen. */
  samples(epoch: number): Iterable<StreamSample> | AsyncIterable<StreamSample>;
  /** Says how raw values became inputs, for models that predict elsewhere. @default as they are */
  readonly preprocessing?: Features['preprocessing'];
}

/**
 * A dataset that comes one sample after the other: generated, from a socket, from a file too large to index. It keeps its own order (nothing is
 * shuffled), cannot be split, and an interrupted training goes on at the start of an epoch only: `loader.resumesAtEpochsOnly`.
 *
 * ```ts
 * const train = streamDataset({ task: 'regression', inputShape: [1], outputNames: ['sine'], length: 1000, *samples(epoch) {
 *   for (let i = 0; ; i++) yield { input: [i / 100 + epoch], target: Math.sin(i / 100 + epoch) };
 * } });
 * ```
 *
 * @throws DlError `config` for a length below 1
 */
export function streamDataset({ samples, length, outputNames, preprocessing, ...options }: StreamDatasetOptions): Dataset {
  if (!Number.isInteger(length) || length < 1) throw new DlError('config', `The length of a stream is ${length}; it must be at least 1.`);
  return {
    length,
    features: {
      ...options,
      outputs: outputNames.length,
      outputNames,
      preprocessing: preprocessing ?? { kind: 'scale', scale: 1, offset: 0 },
    },
    stream: samples,
    get() {
      throw new DlError('refused', 'The samples of a stream come one after the other; single ones cannot be asked for.');
    },
  };
}
