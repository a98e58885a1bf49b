import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ChildResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a TypeScript program of this repository in a process of its own: a backend is chosen once per process. */
export function runChild(
  program: URL,
  {
    args = [],
    env = {},
    cwd,
    node = process.execPath,
  }: { args?: string[]; env?: Record<string, string | undefined>; cwd?: string; node?: string } = {},
): Promise<ChildResult> {
  const tsx = import.meta.resolve('tsx');
  const child = spawn(node, ['--import', tsx, fileURLToPath(program), ...args], {
    cwd,
    env: { ...process.env, NODE_OPTIONS: undefined, DL_BACKEND: undefined, DL_THREADS: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}
