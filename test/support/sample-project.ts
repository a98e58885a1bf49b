import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packLocal } from '../../scripts/pack-local.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a command left behind. */
export interface Finished {
  readonly status: number | null;
  /** Standard output and standard error together. */
  readonly output: string;
}

/** A place like a user's: an empty folder, the packed packages, no settings of this machine's user. */
export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'dl-project-sample-'));
  readonly packages: { readonly generator: string; readonly runtime: string };
  readonly #env: NodeJS.ProcessEnv;

  constructor() {
    this.packages = packLocal(root, join(root, '.cache', 'packages'));
    const settings = join(this.folder, 'empty-npmrc');
    writeFileSync(settings, '');
    // npm puts its settings into the environment of what it starts; a user's shell has none of them.
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(npm_|INIT_CWD|NODE_ENV|VITEST|TEST|CI$|DL_BACKEND|DL_NATIVE_DIR|DL_THREADS)/i.test(name),
    );
    this.#env = { ...Object.fromEntries(inherited), NPM_CONFIG_USERCONFIG: settings, NO_COLOR: '1' };
  }

  /** Runs a command and gives back what it printed; never throws for a failing command. */
  run(command: string, args: readonly string[], { cwd = this.folder, env = {} as NodeJS.ProcessEnv } = {}): Finished {
    const result = spawnSync(command, args, { cwd, env: { ...this.#env, ...env }, encoding: 'utf8', maxBuffer: 2 ** 26 });
    return { status: result.status, output: `${result.stdout}${result.stderr}` };
  }

  /** Runs a command that must succeed; what it printed is the message where it does not. */
  must(command: string, args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): string {
    const { status, output } = this.run(command, args, options);
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${output}`);
    return output;
  }

  /** Creates a project with the packed generator, as `npm create` would run it. @returns its folder and what was printed */
  create(name: string, flags: readonly string[] = [], env: NodeJS.ProcessEnv = {}): { readonly project: string; readonly output: string } {
    const tool = join(this.folder, 'tool');
    mkdirSync(tool, { recursive: true });
    this.must('npm', ['install', '--prefix', tool, '--no-save', this.packages.generator]);
    const cli = join(tool, 'node_modules', 'create-dl-project', 'dist', 'cli.js');
    const specs = ['--runtime', this.packages.runtime, '--generator', this.packages.generator];
    const output = this.must(process.execPath, [cli, name, '--yes', ...specs, ...flags], { env });
    return { project: join(this.folder, name), output };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Size of a folder's files in bytes. */
export function folderBytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
}
