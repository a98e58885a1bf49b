/** What one fold of a cross-validation came to. */
export interface FoldResult {
  readonly score: number;
  /** Of its training and validation. */
  readonly seconds: number;
  /** Of the validation after its last epoch alone. Not there in studies of before. */
  readonly scoreSeconds?: number;
}

/** One training of a study, or one for each fold, for whichever process does it. Plain data. */
export interface TrialJob {
  /** By key of config.ts. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** `refit`: an ordinary training with the best settings. */
  readonly kind: 'trial' | 'refit';
  /** The run of an earlier try, shown, that it goes on with. */
  readonly run?: string;
  /** The folds that an earlier try has finished. */
  readonly folds: readonly FoldResult[];
}

/** Sees how a job goes. What returns a text ends it, and says why. */
export interface TrialWatcher {
  /** A run was begun. @param shown its folder, relative to the project's */
  onRun(shown: string): void;
  /** @param values the scoring after each epoch so far, the first epoch first */
  onEpoch(values: readonly number[]): Promise<string | undefined>;
  /** @param folds all that are finished */
  onFold(folds: readonly FoldResult[]): Promise<string | undefined>;
}
