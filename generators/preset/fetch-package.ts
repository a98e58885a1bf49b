import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../engine/exit.ts';
import { lastLines, runCommand } from '../engine/run-command.ts';

/**
 * Fetches the tarball of a package by npm, with the settings (registry, scopes, logins) that hold where the user stands.
 * Nothing of it is run or unpacked.
 * @param spec `@acme/dl-preset`, `@acme/dl-preset@1.2.0`, `@acme/dl-preset@next`
 * @throws UsageError where it cannot be had, with npm's reason
 */
export async function fetchPackage(spec: string, cwd: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'create-dl-project-'));
  try {
    // As variables: a shell, which Windows needs for npm, would cut a path at its spaces. The first three undo what npm may have kept of our flags.
    const { code, output } = await runCommand('npm', ['pack', spec], cwd, undefined, {
      npm_config_dry_run: 'false',
      npm_config_json: 'false',
      npm_config_workspaces: 'false',
      npm_config_ignore_scripts: 'true',
      npm_config_pack_destination: folder,
      npm_config_loglevel: 'error',
      npm_config_update_notifier: 'false',
      npm_config_fetch_retries: '1',
      npm_config_fetch_retry_mintimeout: '1000',
    });
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
    if (code === 0 && tarball) return readFileSync(join(folder, tarball));
    throw new UsageError(`Preset ${spec} could not be fetched: ${reasonOf(code, output)}\nNothing was written.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What npm calls the failure, for those one can do something about. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/\bE404\b/, 'the registry has no such package, or shows it only to those who are logged in (npm login).'],
  [/\bETARGET\b/, 'the registry has the package, but not this version.'],
  [/\b(E401|E403|ENEEDAUTH)\b/, 'the registry wants a login (npm login).'],
  [
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED)\b/,
    'the registry cannot be reached from here.',
  ],
];

function reasonOf(code: number, output: string): string {
  if (code === 127) return 'npm is not installed here.';
  const [, known] = reasons.find(([pattern]) => pattern.test(output)) ?? [];
  return known ?? `npm said: ${lastLines(output, 3).join(' ').slice(0, 300)}`;
}

/** The integrity of a tarball as npm and lock files write it. */
export function integrityOf(tarball: Buffer): string {
  return `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
}
