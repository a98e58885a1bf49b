/**
 * How the user starts a script, with the package manager that is running this one: `npm run train`, `pnpm train`.
 * @param words settings and switches to show behind it
 */
export function scriptCommand(script: string, ...words: string[]): string {
  const manager = /^(\w+)\//.exec(process.env.npm_config_user_agent ?? '')?.[1];
  const start = manager === 'pnpm' || manager === 'yarn' ? manager : manager === 'bun' ? 'bun run' : 'npm run';
  return [start, script, ...words].join(' ');
}
