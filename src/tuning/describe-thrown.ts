/** What was thrown, for the reader of a study: never empty. */
export function describeThrown(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message || `${thrown.name} without a message`;
  return typeof thrown === 'string' && thrown !== '' ? thrown : `it threw ${JSON.stringify(thrown) ?? String(thrown)}`;
}
