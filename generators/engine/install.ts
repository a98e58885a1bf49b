import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { PackageManager } from './package-manager.ts';
import { lastLines, runCommand } from './run-command.ts';
import { findWorkspace } from './workspace.ts';

/** How the installation of something ended. */
export type InstallOutcome =
  | { readonly kind: 'installed'; readonly packages?: number }
  | { readonly kind: 'failed'; readonly code: number; readonly lines: readonly string[] };

/** Installs the packages of a project by the package manager that made it. */
export async function installPackages(folder: string, packageManager: PackageManager, signal?: AbortSignal): Promise<InstallOutcome> {
  if (packageManager === 'yarn' && findWorkspace(folder, 'yarn')?.includes === false) markAsOwnRoot(folder);
  const outcome = await run(packageManager, ['install'], folder, signal);
  return outcome.kind === 'installed' ? { ...outcome, packages: countPackages(folder) } : outcome;
}

/** Compiles the kernels for this processor, by the project's own script `native`. */
export function compileNativeKernels(folder: string, packageManager: PackageManager, signal?: AbortSignal): Promise<InstallOutcome> {
  return run(packageManager, ['run', 'native'], folder, signal);
}

async function run(packageManager: PackageManager, args: readonly string[], folder: string, signal?: AbortSignal): Promise<InstallOutcome> {
  const { code, output } = await runCommand(packageManager, args, folder, signal, {
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false', // where CI is set, yarn would refuse to write the first lock file
  });
  if (code === 0) return { kind: 'installed' };
  await wait(50); // Ctrl-C reaches the package manager too, which may end before we hear of it
  return { kind: 'failed', code, lines: code === 127 ? [`${packageManager} is not installed here.`] : lastLines(output, 12) };
}

/** Yarn from 2 on installs below a workspace that does not list the project only where a lock file says that it is its own. */
function markAsOwnRoot(folder: string): void {
  const lockFile = join(folder, 'yarn.lock');
  if (!existsSync(lockFile)) writeFileSync(lockFile, '');
}

/** How many packages lie in `node_modules`: as npm's or pnpm's own records say, and else its folders; undefined without it. */
function countPackages(folder: string): number | undefined {
  const modules = join(folder, 'node_modules');
  const npmRecord = join(modules, '.package-lock.json');
  if (existsSync(npmRecord))
    return Object.keys(JSON.parse(readFileSync(npmRecord, 'utf8')).packages).filter((path) => path.startsWith('node_modules')).length;
  const pnpmStore = join(modules, '.pnpm');
  if (existsSync(pnpmStore)) return readdirSync(pnpmStore).filter((name) => name.includes('@')).length;
  if (!existsSync(modules)) return undefined;
  const names = readdirSync(modules).filter((name) => !name.startsWith('.'));
  return names.flatMap((name) => (name.startsWith('@') ? readdirSync(join(modules, name)) : [name])).length;
}
