import { spawn } from 'node:child_process';

/** How a command ended. */
export interface CommandResult {
  /** Exit code; 127 if the program is not there, 130 if it was interrupted, 143 if something else ended it. */
  readonly code: number;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

/**
 * Runs a program without a terminal and collects what it says. `signal` ends it: code 130; `variables` join the environment.
 * Git looks only at the folder: inside a hook, `GIT_DIR` and its like would lead it into the repository of the hook.
 */
export function runCommand(
  program: string,
  args: readonly string[],
  folder: string,
  signal?: AbortSignal,
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const chunks: string[] = [];
    // On Windows npm is a script, which only a shell starts. Git is a program: a shell would cut its arguments at their spaces.
    const shell = process.platform === 'win32' && program !== 'git';
    const child = spawn(program, args, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell,
      signal,
      env: { ...(program === 'git' ? gitEnvironment() : process.env), ...variables },
    });
    child.stdout.setEncoding('utf8').on('data', (text) => chunks.push(text));
    child.stderr.setEncoding('utf8').on('data', (text) => chunks.push(text));
    child.on('error', (error) => resolve({ code: signal?.aborted ? 130 : 127, output: error.message }));
    child.on('close', (code) => resolve({ code: signal?.aborted ? 130 : (code ?? 143), output: chunks.join('') }));
  });
}

/** The environment without what ties git to another repository. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  const ties = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX', 'GIT_OBJECT_DIRECTORY', 'GIT_COMMON_DIR'];
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ties.includes(name)));
}

/** The last lines of some output that say something: what one needs to see of a failure. */
export function lastLines(output: string, count: number): string[] {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !/A complete log of this run|^npm (error|warn)\s*$/.test(line));
  return lines.slice(-count);
}
