import type { AnyConfig } from '../config/config-types.ts';
import type { Part } from '../config/part.ts';
import type { RawSample } from '../data/dataset.ts';
import type { Run } from '../runs/run.ts';

/** Numbers by name; the keys of the logs, with `learningRate` and `samplesPerSecond`. They may be NaN. */
export type TrackedValues = Readonly<Record<string, number>>;

/** Where in a training something belongs. */
export interface Position {
  /** Epochs that are finished, as the screen counts: 1 after the first. */
  readonly epoch: number;
  /** Steps that are taken. */
  readonly step: number;
}

/** What a tracker is told before the first number. */
export interface TrackingStart {
  readonly run: Pick<Run, 'id' | 'folder' | 'kind'>;
  readonly config: AnyConfig;
  /** Every setting by its dotted key: `training.optimizer.learningRate`. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** Whether the training goes on; what was tracked of it before is still there. */
  readonly resumed: boolean;
}

/** How a training ended. Nothing is told where the process was killed. */
export interface TrackingEnd {
  /** `stopped`: by Ctrl-C; the process goes on for three seconds at most. */
  readonly status: 'finished' | 'failed' | 'stopped';
  /** The logs of the epoch that was kept; none where it was not finished. */
  readonly values: TrackedValues;
  /** Files of the run that are worth keeping elsewhere, absolute: settings, log, best checkpoint. */
  readonly files: readonly string[];
}

/**
 * Carries what happens in a training to somewhere else. Every hook is optional, and what one throws ends nothing: the user is told once.
 * Hooks that are promises are waited for, so what is slow belongs into a queue of the tracker's own.
 */
export interface Tracker {
  /** What costs to make is made only for who asks for it. */
  readonly wants?: {
    /** `logStep` after every so many steps. @default never */
    readonly everySteps?: number;
    /** `logHistogram` of every weight after every so many epochs. @default never */
    readonly histogramEveryEpochs?: number;
    /** `logImage` of so many validation images that were most wrong, after each epoch that is the best so far. @default none */
    readonly wrongImages?: number;
  };
  begin?(start: TrackingStart): void | Promise<void>;
  logEpoch?(values: TrackedValues, at: Position): void | Promise<void>;
  /** The means over the epoch so far. */
  logStep?(values: TrackedValues, at: Position): void | Promise<void>;
  logHistogram?(name: string, values: Float32Array, at: Position): void | Promise<void>;
  /** @param caption `4 read as 9` */
  logImage?(name: string, image: Extract<RawSample, { kind: 'image' }>, caption: string, at: Position): void | Promise<void>;
  end?(end: TrackingEnd): void | Promise<void>;
  /** A file that was made after the end: the report. @param file absolute */
  addFile?(file: string): void | Promise<void>;
  /** Where it can be looked at, for the screen: an address or a command. Asked after `begin`. */
  where?(): string | undefined;
  /** Everything needed to go on in the same place when the training does; plain JSON. */
  stateDict?(): unknown;
  /** Called before `begin`. */
  loadStateDict?(state: unknown): void;
}

/** A tracker that config.ts can name, among its callbacks. */
export interface TrackerDefinition<Name extends string = string, Options extends object = object> extends Part<Name, Options> {
  create(options: Options, run: Run): Tracker;
}
