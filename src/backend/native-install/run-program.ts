import { spawn, spawnSync } from 'node:child_process';
import { DlError } from '../../core/errors.ts';

/**
 * Runs a program to its end and returns what it printed.
 * @throws DlError `missing` with the end of its output where it fails
 */
export function runProgram(program: string, args: readonly string[], options: { cwd: string; what: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    // npm and pnpm are .cmd files on Windows; only a shell starts these. No argument holds a space or a quote.
    const child = spawn(program, args, { cwd: options.cwd, shell: process.platform === 'win32', stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (cause) => reject(new DlError('missing', `Could not ${options.what}: ${program} does not start.`, { cause })));
    child.on('close', (code) => {
      if (code === 0) return resolve(output);
      const end = output.trimEnd().split('\n').slice(-8).join('\n  ');
      reject(new DlError('missing', `Could not ${options.what}: ${program} ${args.join(' ')} ended with ${code}.\n  ${end}`));
    });
  });
}

/** Whether `program args` runs and ends well, for example `python3 --version`. */
export function canRun(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
