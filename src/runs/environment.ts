import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { version_core } from '@tensorflow/tfjs-core';

/** What a run was made with; enough to make it again. */
export interface Environment {
  readonly node: string;
  /** `linux x64` */
  readonly os: string;
  readonly cpu: string;
  readonly cores: number;
  readonly host: string;
  readonly dlProject: string;
  readonly tfjs: string;
  /** The commit of the project's repository; undefined outside one. */
  readonly commit: string | undefined;
  /** Whether there were changes that are not in that commit. */
  readonly dirty: boolean | undefined;
  /** The package manager's lock file and its SHA-256, that is: the versions of everything. */
  readonly lockFile: { readonly name: string; readonly sha256: string } | undefined;
}

const lockFileNames = ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'];

/** Looks at the machine, the packages and the repository around `root`. */
export function readEnvironment(root: string): Environment {
  const commit = git(root, 'rev-parse', 'HEAD');
  return {
    node: process.version,
    os: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    host: hostname(),
    dlProject: (createRequire(import.meta.url)('dl-project/package.json') as { version: string }).version,
    tfjs: version_core,
    commit,
    dirty: commit === undefined ? undefined : git(root, 'status', '--porcelain', '--', '.') !== '',
    lockFile: readLockFile(root),
  };
}

function git(root: string, ...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 5000 }).trim();
  } catch {
    return undefined; // no git, no repository, or no commit yet
  }
}

/** The nearest lock file from `root` upwards: in a monorepo it lies above the project. */
function readLockFile(root: string): Environment['lockFile'] {
  for (let folder = root; ; folder = dirname(folder)) {
    const name = lockFileNames.find((one) => existsSync(join(folder, one)));
    if (name)
      return {
        name,
        sha256: createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      };
    if (dirname(folder) === folder) return undefined;
  }
}
