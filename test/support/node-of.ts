import { execFileSync } from 'node:child_process';

/** The newest Node of a line, as a package of the registry. @returns the path of its program */
export function nodeOf(major: number): string {
  const args = ['exec', '--yes', '--silent', `--package=node@${major}`, '--', 'node', '-p', 'process.execPath'];
  return execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
