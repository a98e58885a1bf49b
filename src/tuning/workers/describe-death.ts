/** Why a process ended that gave no result. @param said the last of what it printed on stderr */
export function describeDeath(code: number | null, signal: NodeJS.Signals | null, said: string): string {
  if (/heap out of memory|bad_alloc|Cannot enlarge memory/i.test(said)) return 'its process ran out of memory';
  if (signal === 'SIGKILL') return 'its process was killed, by somebody or for memory';
  const lines = said.split('\n').map((line) => line.trim());
  // What node prints of an error nobody caught ends with its stack and the version.
  const last =
    lines.findLast((line) => /^\w*Error\b.*:/.test(line)) ?? lines.findLast((line) => line !== '' && !/^(at |Node\.js v)/.test(line));
  return `its process ended with ${signal ?? `exit code ${code}`}${last ? `: ${last}` : ''}`;
}
