// Packs both packages, by default each under a version made of its content: npm does not notice a rebuilt tarball of the same version.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {string} root the repository
 * @param {string} folder where the tarballs go; older ones of other content are removed
 * @param {string} [version] of both; without it they differ
 * @returns {{ generator: string, runtime: string }} paths of the two tarballs
 */
export function packLocal(root, folder, version) {
  mkdirSync(folder, { recursive: true });
  return { generator: packOne(root, folder, version), runtime: packOne(join(root, 'src'), folder, version) };
}

function packOne(source, folder, given) {
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  const stage = join(folder, `stage-${manifest.name}`);
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  for (const name of [...manifest.files, 'README.md', 'LICENSE']) {
    if (existsSync(join(source, name))) cpSync(join(source, name), join(stage, name), { recursive: true });
  }
  const { devDependencies, workspaces, scripts, allowScripts, ...published } = manifest;
  const version = given ?? `${manifest.version}-local.h${contentHash(stage, JSON.stringify(published))}`;
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify({ ...published, version }, null, 2)}\n`);
  const tarball = join(folder, `${manifest.name}-${version}.tgz`);
  if (!existsSync(tarball)) {
    for (const old of readdirSync(folder)) if (old.startsWith(`${manifest.name}-`) && old.endsWith('.tgz')) rmSync(join(folder, old));
    const pack = spawnSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
      cwd: stage,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    });
    if (pack.status !== 0) throw new Error(`npm pack failed for ${manifest.name}`);
  }
  rmSync(stage, { recursive: true, force: true });
  return tarball;
}

/** The same content gives the same hash, whatever the order and time of writing. */
function contentHash(folder, manifest) {
  const hash = createHash('sha256').update(manifest);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  for (const path of paths) hash.update(path.slice(folder.length)).update(readFileSync(path));
  return hash.digest('hex').slice(0, 12);
}
