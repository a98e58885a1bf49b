// Packs both packages and looks at the tarballs as npm's users get them: `npm run check:packages`, after a build.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'check-packages-'));
let failures = 0;
try {
  check('create-dl-project', root, 1_000_000);
  check('dl-project', join(root, 'src'), 3_000_000);
  // The generator has a command and no modules to import, so only the runtime has types to check.
  run('attw', [tarball('dl-project-'), '--profile', 'esm-only', '--no-emoji']);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures > 0 ? 1 : 0;

/** publint, and the tarball's size against a limit. */
function check(name: string, source: string, mostBytes: number): void {
  run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], source);
  const bytes = statSync(tarball(`${name}-`)).size;
  console.log(`${name}: ${Math.round(bytes / 1000)} kB packed`);
  if (bytes > mostBytes) fail(`${name} is larger than ${mostBytes / 1000} kB.`);
  run('publint', [tarball(`${name}-`), '--strict']);
}

function tarball(prefix: string): string {
  const file = readdirSync(folder).find((entry) => entry.startsWith(prefix));
  if (!file) throw new Error(`npm pack made no ${prefix}*.tgz`);
  return join(folder, file);
}

/** Runs a tool; what it says is shown only if it fails. */
function run(tool: string, args: readonly string[], cwd = root): void {
  const command = tool === 'npm' ? 'npm' : join(root, 'node_modules', '.bin', tool);
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
  if (status !== 0) fail(`${tool} ${args.join(' ')}\n${stdout}${stderr}`);
}

function fail(what: string): void {
  failures++;
  console.error(`Failed: ${what}`);
}
