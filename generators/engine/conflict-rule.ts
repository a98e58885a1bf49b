/** Every rule, as `--conflict` takes it. */
export const conflictRules = ['fail', 'markers', 'ours', 'theirs'] as const;

/**
 * What to do where both sides changed the same place: leave all as it is and say so, write both with markers, keep the
 * user's, take the template's. The words are git's, seen from the project: `ours` is what is there.
 */
export type ConflictRule = (typeof conflictRules)[number];
