import type { PackageManager } from '../engine/package-manager.ts';

const programs: Readonly<Record<PackageManager, string>> = { npm: 'npx', pnpm: 'pnpm exec', yarn: 'yarn', bun: 'bunx' };

/** How this tool is typed in the project: `npx create-dl-project remove callback slack-message`. Flags need no dashes before them. */
export function projectCommand(packageManager: PackageManager, ...words: readonly string[]): string {
  return [programs[packageManager], 'create-dl-project', ...words].join(' ');
}
