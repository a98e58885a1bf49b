/**
 * The outcome constraints in a trial's system attributes, by name.
 * Optuna 5 keeps each constraint under a key of its own (`constraints:memory`); before it was one list (`constraints`), where position is name.
 * Ours have both: then the list only repeats the named ones.
 */
export function constraintsIn(attributes: Readonly<Record<string, unknown>>): Record<string, number> {
  const prefix = 'constraints:';
  const named = Object.entries(attributes).filter(([key]) => key.startsWith(prefix));
  if (named.length > 0) return Object.fromEntries(named.map(([key, value]) => [key.slice(prefix.length), value as number]));
  return Object.fromEntries(((attributes.constraints ?? []) as number[]).entries());
}
