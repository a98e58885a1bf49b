import type { Leases } from './leases.ts';

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
  /**
   * Hands over the entries that came since the last call, in their order; then adds those that `next` returns, and hands them over too.
   * Nobody else writes meanwhile: what `next` decides is still true when it is written.
   */
  sync(see: (entry: JournalEntry) => void, next?: () => readonly JournalEntry[]): Promise<void>;
  /** Which of the processes that write it live. @default nobody else writes it */
  readonly leases?: Leases;
}

/** A journal that is gone with the process. */
export function memoryJournal(): Journal {
  return {
    async sync(see, next = () => []) {
      for (const entry of next()) see(entry);
    },
  };
}
