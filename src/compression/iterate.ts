import { showValue } from '../config/show-value.ts';
import { DlError } from '../core/errors.ts';
import { pipeline } from './pipeline.ts';
import type { Technique } from './technique.ts';

/**
 * The same steps several times over, each round with numbers of its own: pruning and retraining in turn.
 *
 * ```ts
 * export default iterate(3, (round) => [pruneWeights({ keep: 0.5 ** round }), fineTune({ epochs: 4 })]);
 * ```
 *
 * @param steps of one round; rounds are numbered from 1
 * @throws DlError `config` for a number of rounds that is no whole number above 0, and for a round without steps
 */
export function iterate(rounds: number, steps: (round: number) => readonly Technique[]): Technique {
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new DlError('config', `iterate got ${showValue(rounds)} rounds; it must be a whole number, at least 1.`);
  }
  return pipeline(Array.from({ length: rounds }, (_, i) => pipeline(steps(i + 1))));
}
