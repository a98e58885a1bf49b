import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { minimatch } from 'minimatch';
import type { PackageManager } from './package-manager.ts';

/** The workspace (monorepo) above a project. */
export interface Workspace {
  readonly root: string;
  /** The file that lists its members. */
  readonly file: 'package.json' | 'pnpm-workspace.yaml';
  /** Whether the list has the project: then the package manager installs for all members, with one lock file at the root. */
  readonly includes: boolean;
}

/**
 * The nearest workspace above a folder, as its package manager sees it: pnpm reads `pnpm-workspace.yaml`, the others
 * `workspaces` in package.json. A file that cannot be read is no workspace.
 */
export function findWorkspace(folder: string, packageManager: PackageManager): Workspace | undefined {
  const file = packageManager === 'pnpm' ? 'pnpm-workspace.yaml' : 'package.json';
  for (let root = dirname(folder); ; root = dirname(root)) {
    const path = join(root, file);
    const patterns = existsSync(path) ? readPatterns(readFileSync(path, 'utf8'), file) : [];
    if (patterns.length > 0) return { root, file, includes: matches(relative(root, folder).replaceAll('\\', '/'), patterns) };
    if (root === dirname(root)) return undefined;
  }
}

function readPatterns(text: string, file: Workspace['file']): string[] {
  if (file === 'pnpm-workspace.yaml') {
    const [, flow, block] = /^packages:[ \t]*(?:\[([^\]]*)\]|((?:(?:[ \t]*|[ \t]*#.*|[ \t]*-.*)(?:\r?\n|$))+))/m.exec(text) ?? [];
    const items = flow?.split(',') ?? block?.split('\n').flatMap((line) => /^\s*-\s*(.*)/.exec(line)?.[1] ?? []) ?? [];
    return items
      .map((item) =>
        item
          .replace(/\s#.*$/, '')
          .trim()
          .replace(/^(['"])(.*)\1$/, '$2'),
      )
      .filter(Boolean);
  }
  try {
    const { workspaces } = JSON.parse(text);
    const patterns: unknown = Array.isArray(workspaces) ? workspaces : workspaces?.packages;
    return Array.isArray(patterns) ? patterns.filter((pattern) => typeof pattern === 'string') : [];
  } catch {
    return [];
  }
}

/** As npm and pnpm read them: one pattern must match, and none that begins with `!`. */
function matches(path: string, patterns: readonly string[]): boolean {
  const plain = patterns.map((pattern) => pattern.replace(/^(!?)\.?\//, '$1').replace(/\/$/, ''));
  const matchesAny = (some: readonly string[]) => some.some((pattern) => minimatch(path, pattern));
  return (
    matchesAny(plain.filter((pattern) => !pattern.startsWith('!'))) &&
    !matchesAny(plain.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1)))
  );
}
