import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../../generators/main.ts';
import { snapshotFolder } from '../snapshot-folder.ts';

/** A folder to work in, and around it what nobody may touch; links lead from the one to the other. */
export class WatchedPlace {
  readonly outer = mkdtempSync(join(tmpdir(), 'watched-'));
  readonly cwd = join(this.outer, 'a', 'b', 'here');
  readonly #before: Record<string, string>;

  constructor() {
    mkdirSync(this.cwd, { recursive: true });
    const victim = join(this.outer, 'victim');
    mkdirSync(join(victim, 'src'), { recursive: true });
    for (const path of ['package.json', 'config.ts', 'src/index.ts']) writeFileSync(join(victim, path), 'precious');
    symlinkSync(victim, join(this.cwd, 'link'));
    symlinkSync(join(this.outer, 'nowhere'), join(this.cwd, 'dangling'));
    writeFileSync(join(this.cwd, 'a-file'), 'precious');
    this.#before = snapshotFolder(this.outer);
  }

  /** Runs a command of the generator here, without a terminal. */
  async run(argv: readonly string[], cwd = this.cwd): Promise<{ code: number; out: string; error: string }> {
    const [said, failed]: [string[], string[]] = [[], []];
    const print = (text: string) => said.push(text);
    const printError = (text: string) => failed.push(text);
    const code = await main(argv, { cwd, environment: {}, isTerminal: false, columns: 80, print, printError });
    return { code, out: said.join('\n'), error: failed.join('\n') };
  }

  /** Paths that are new, gone or different; what a folder holds that is itself new is not listed one by one. */
  changed(): string[] {
    const after = snapshotFolder(this.outer);
    const paths = [...new Set([...Object.keys(this.#before), ...Object.keys(after)])].sort();
    const differing = paths.filter((path) => this.#before[path] !== after[path]);
    return differing.filter((path) => !differing.some((other) => path.startsWith(`${other}/`)));
  }

  remove(): void {
    rmSync(this.outer, { recursive: true, force: true });
  }
}

/** What went wrong with an end that should be a plain yes or a plain no: a stack, an empty screen, an unknown exit code. */
export function faultOf({ code, out, error }: { readonly code: number | null; readonly out: string; readonly error: string }): string {
  const text = `${out}\n${error}`;
  if (text.includes('should not have happened') || /^\s+at .*[:(]/m.test(text)) return `a stack: ${text.slice(0, 600)}`;
  if (code === 0) return out.trim() === '' ? 'success, and nothing said' : '';
  if (code === null || ![1, 2, 3].includes(code)) return `exit code ${code}: ${text.slice(0, 300)}`;
  return text.trim() === '' ? 'failure, and nothing said' : '';
}
