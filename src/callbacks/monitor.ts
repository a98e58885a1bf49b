import { DlError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import type { Metric } from '../metrics/metric.ts';

/**
 * Decides which epoch is best. One monitor per training: early stopping, best checkpoint and plateau ask it,
 * so that they cannot disagree.
 */
export interface Monitor {
  /** The log key that is watched: `val_loss`. */
  readonly key: string;
  readonly higherIsBetter: boolean;
  /** Whether the epoch that just ended is the best so far. NaN is never better; an equal value is not better. */
  readonly improved: boolean;
  /** The best epoch so far, from 0; -1 before the first. */
  readonly bestEpoch: number;
  readonly bestValue: number;
  /** Epochs since the best one. */
  readonly epochsWithoutImprovement: number;
}

/** Which number is watched, and which way is up. */
export interface Monitored {
  readonly key: string;
  readonly higherIsBetter: boolean;
}

/** The monitor that the trainer moves on at the end of every epoch. */
export class EpochMonitor implements Monitor {
  readonly key: string;
  readonly higherIsBetter: boolean;
  readonly #minDelta: number;
  #improved = false;
  #bestEpoch = -1;
  #bestValue = Number.NaN;
  #epochsWithoutImprovement = 0;

  /** @param minDelta only a change of more than this counts as better. @default 0 */
  constructor({ key, higherIsBetter }: Monitored, minDelta = 0) {
    this.key = key;
    this.higherIsBetter = higherIsBetter;
    this.#minDelta = minDelta;
  }

  get improved(): boolean {
    return this.#improved;
  }

  get bestEpoch(): number {
    return this.#bestEpoch;
  }

  get bestValue(): number {
    return this.#bestValue;
  }

  get epochsWithoutImprovement(): number {
    return this.#epochsWithoutImprovement;
  }

  /** Takes in the value that `epoch` ended with. */
  update(epoch: number, value: number): void {
    this.#improved = this.#isBetter(value);
    if (this.#improved) {
      this.#bestEpoch = epoch;
      this.#bestValue = value;
      this.#epochsWithoutImprovement = 0;
    } else {
      this.#epochsWithoutImprovement++;
    }
  }

  #isBetter(value: number): boolean {
    if (Number.isNaN(value)) return false;
    if (this.#bestEpoch < 0) return true;
    const gain = this.higherIsBetter ? value - this.#bestValue : this.#bestValue - value;
    return gain > this.#minDelta;
  }

  /** Plain JSON; NaN and infinity, which JSON lacks, are written as words. */
  stateDict(): unknown {
    return {
      bestEpoch: this.#bestEpoch,
      bestValue: String(this.#bestValue),
      epochsWithoutImprovement: this.#epochsWithoutImprovement,
      improved: this.#improved,
    };
  }

  loadStateDict(state: unknown): void {
    const saved = state as { bestEpoch: number; bestValue: string; epochsWithoutImprovement: number; improved: boolean };
    this.#bestEpoch = saved.bestEpoch;
    this.#bestValue = Number(saved.bestValue);
    this.#epochsWithoutImprovement = saved.epochsWithoutImprovement;
    this.#improved = saved.improved;
  }
}

/**
 * What to watch, before the first epoch is trained: a misspelt key must not be found out after an hour.
 * Without validation data `val_loss` becomes `loss`, and so on.
 *
 * @throws DlError `config` for a key that will not be in the logs
 */
export function resolveMonitored(key: string, metrics: readonly Metric[], hasValidation: boolean): Monitored {
  const names = ['loss', ...metrics.map((metric) => metric.name)];
  const allowed = [...names, ...names.map((name) => `val_${name}`)];
  if (!allowed.includes(key)) {
    throw new DlError(
      'config',
      `training.monitor is ${JSON.stringify(key)}, which is not logged.${didYouMean(key, allowed)} Logged: ${allowed.join(', ')}.`,
    );
  }
  const name = key.startsWith('val_') ? key.slice('val_'.length) : key;
  const higherIsBetter = metrics.find((metric) => metric.name === name)?.higherIsBetter ?? false;
  return { key: hasValidation ? key : name, higherIsBetter };
}
