/** One line of a journal: Optuna's operation, with the names and numbers that Optuna uses. */
export interface JournalEntry {
  readonly op_code: number;
  /** Who wrote it; opaque to others. */
  readonly worker_id: string;
  readonly [field: string]: unknown;
}

/** Optuna's operations. 10 (discard trials) is Rustuna's alone: read over, never written. */
export const operation = {
  createStudy: 0,
  deleteStudy: 1,
  setStudyUserAttribute: 2,
  setStudySystemAttribute: 3,
  createTrial: 4,
  setTrialParameter: 5,
  setTrialState: 6,
  setTrialIntermediateValue: 7,
  setTrialUserAttribute: 8,
  setTrialSystemAttribute: 9,
} as const;

/** A list that only grows and that several processes may write. What a study is follows from reading it from the beginning. */
export interface Journal {
  /** The entries that came since the last call of `read` or `append`. */
  read(): Promise<JournalEntry[]>;
  /** Adds entries, and returns those that came since the last call; the last ones are the added. Nobody else writes meanwhile. */
  append(entries: readonly JournalEntry[]): Promise<JournalEntry[]>;
}

/** A journal that is gone with the process. */
export function memoryJournal(): Journal {
  return { read: async () => [], append: async (entries) => [...entries] };
}
