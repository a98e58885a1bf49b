import type { AnyConfig } from '../config/config-types.ts';

/**
 * What a run is for. Only `train` runs become the default of evaluate, predict and compress; `search` looks for a learning rate or a batch
 * size; `other` has no folder of its own.
 */
export type RunKind = 'train' | 'trial' | 'fast-dev' | 'overfit' | 'search' | 'other';

/** The switches of one call; all off in an ordinary run. */
export interface RunSwitches {
  /** One training and one validation batch, to see that everything fits. */
  readonly fastDevRun: boolean;
  /** Trains and validates on this many batches of the training data without shuffling; 0 is off. */
  readonly overfitBatches: number;
  /** Only the first so many batches of each epoch, of training and validation. @default all */
  readonly limitBatches?: number;
  /** Validates after every so many steps, which then are an epoch. @default after each pass over the data */
  readonly valCheckInterval?: number;
  /** The checkpoint that the training goes on from: `resume`. Undefined in a run that begins. */
  readonly resumeFrom?: string;
}

/** What others may wait for: the run's `report.html` is written, or Ctrl-C ends the process. */
export type RunEvent = 'reported' | 'stopped';

/**
 * One run: its folder `runs/<model>/<id>/` and what it knows of itself.
 * Generated scripts get it as their second argument; `train` a new one, the others that of a finished training.
 */
export interface Run<Config = AnyConfig> {
  /** `2026-11-23-0915-k3f7`: start in local time and four random letters. */
  readonly id: string;
  /** Absolute path; everything the run writes lies here. */
  readonly folder: string;
  /** The project's folder, absolute. */
  readonly root: string;
  readonly kind: RunKind;
  readonly switches: RunSwitches;
  /** The resolved config it was started with. */
  readonly config: Config;
  /** A path inside the run's folder. */
  path(...parts: string[]): string;
  /** A path relative to the project's folder, with `/`, to be shown to people. */
  shown(path: string): string;
  /** Prints for the user; silent in tests, studies and `quiet` runs. */
  print(text: string): void;
  /** Whether `print` is silent: then nothing else may draw on the terminal either. @default false */
  readonly quiet?: boolean;
  /** Puts facts into the run's `run.json`: `{ bestEpoch: 2 }`. Plain JSON; equal keys are replaced. */
  record(facts: Readonly<Record<string, unknown>>): void;
  /**
   * Asked after each epoch, with the logs of all of them so far; a text ends the training, and says why. The callbacks of the project ask it.
   * @param validationSeconds how long the validation of this epoch took
   * @default nobody watches
   */
  watch?(history: readonly Readonly<Record<string, number>>[], validationSeconds: number): Promise<string | undefined>;
  /** The file and the words that the script was started with, for studies: each of their trainings is the same script in a process of its own. */
  readonly started?: {
    readonly file: string;
    readonly words: readonly string[];
    /** From now on the process does not end when it is asked to leave: whoever calls this does what is to be done then. */
    leaving(): AbortSignal;
  };
  /** Has something done then; the process waits for it, after Ctrl-C no longer than some seconds. Undefined where nobody tells. */
  on?(event: RunEvent, action: () => void | Promise<void>): void;
}
