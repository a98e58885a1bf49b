const scripts: Readonly<Record<string, string>> = { npm: 'npm run', pnpm: 'pnpm run', yarn: 'yarn run', bun: 'bun run' };
const programs: Readonly<Record<string, string>> = { npm: 'npx', pnpm: 'pnpm exec', yarn: 'yarn', bun: 'bunx' };

/** How a script of the project is typed with its package manager: `npm run train fast-dev-run`, `npm test`. */
export function typedScript(packageManager: string, script: string): string {
  return script === 'test' && packageManager === 'npm' ? 'npm test' : `${scripts[packageManager] ?? 'npm run'} ${script}`;
}

/** How this tool is typed in the project: `npx create-dl-project remove callback slack-message`. Flags need no dashes before them. */
export function typedCommand(packageManager: string, words: string): string {
  return `${programs[packageManager] ?? 'npx'} create-dl-project ${words}`;
}
