import { relative } from 'node:path';
import type { Destination } from '../engine/destination.ts';
import type { PackageManager } from '../engine/package-manager.ts';
import { findWorkspace } from '../engine/workspace.ts';

/**
 * What somebody should know who makes a project below a workspace's root; undefined where there is none. Said in one line,
 * with what to type or write.
 */
export function workspaceNote({ folder, name }: Destination, packageManager: PackageManager): string | undefined {
  const workspace = findWorkspace(folder, packageManager);
  if (!workspace) return undefined;
  const { root, file, includes } = workspace;
  const at = (path: string) => relative(folder, path).replaceAll('\\', '/');
  const list = `${at(root)}/${file}`;
  if (!includes) {
    const entry = relative(root, folder).replaceAll('\\', '/');
    return `${list} does not list this folder: ${name} has a lock file of its own. To join the workspace, add "${entry}" there.`;
  }
  const joined = `${name} is part of the workspace in ${at(root)}: its packages are in the lock file there.`;
  return packageManager === 'pnpm' ? `${joined} Its esbuild runs if onlyBuiltDependencies in ${list} has esbuild.` : joined;
}
