import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { PackageManager } from './package-manager.ts';
import { lastLines, runCommand } from './run-command.ts';
import { findWorkspace } from './workspace.ts';

/** How the installation of a project's packages ended. */
export type InstallOutcome =
  | { readonly kind: 'installed'; readonly packages?: number }
  | { readonly kind: 'failed'; readonly code: number; readonly lines: readonly string[] };

/** Installs the packages of a project by the package manager that made it. */
export async function installPackages(folder: string, packageManager: PackageManager, signal?: AbortSignal): Promise<InstallOutcome> {
  if (packageManager === 'yarn' && findWorkspace(folder, 'yarn')?.includes === false) markAsOwnRoot(folder);
  const { code, output } = await runCommand(packageManager, ['install'], folder, signal);
  if (code === 0) return { kind: 'installed', packages: countPackages(folder) };
  await wait(50); // Ctrl-C reaches the package manager too, which may end before we hear of it
  return { kind: 'failed', code, lines: lastLines(output, 12) };
}

/** Yarn from 2 on installs below a workspace that does not list the project only where a lock file says that it is its own. */
function markAsOwnRoot(folder: string): void {
  const lockFile = join(folder, 'yarn.lock');
  if (!existsSync(lockFile)) writeFileSync(lockFile, '');
}

/** How many packages lie in `node_modules`, as npm's or pnpm's own records say; undefined for others. */
export function countPackages(folder: string): number | undefined {
  const npmRecord = join(folder, 'node_modules', '.package-lock.json');
  if (existsSync(npmRecord))
    return Object.keys(JSON.parse(readFileSync(npmRecord, 'utf8')).packages).filter((path) => path.startsWith('node_modules')).length;
  const pnpmStore = join(folder, 'node_modules', '.pnpm');
  if (existsSync(pnpmStore)) return readdirSync(pnpmStore).filter((name) => name.includes('@')).length;
  return undefined;
}
