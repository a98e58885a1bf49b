import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packLocal } from '../../scripts/pack-local.mjs';
import { LocalRegistry } from '../support/local-registry.ts';
import { Workplace } from '../support/sample-project.ts';

// What a stranger sees: both packages come from a registry, npm's cache is empty, and every line is read.
const root = fileURLToPath(new URL('../..', import.meta.url));
const version = `0.1.0-rc.${Date.now()}`;
const place = new Workplace();
let registry: LocalRegistry;

beforeAll(async () => {
  registry = await LocalRegistry.start(join(place.folder, 'registry'));
  const { generator, runtime } = packLocal(root, join(place.folder, 'packages'), version);
  registry.publish([generator, runtime], place.folder);
}, 600_000);
afterAll(async () => {
  await registry?.stop();
  place.remove();
}, 120_000);

/** A person with a name for git, an empty npm cache, and no wish to hear of new versions of npm. */
function person(name: string) {
  const cwd = join(place.folder, name);
  mkdirSync(cwd);
  const identity = { AUTHOR: name, COMMITTER: name };
  const git = Object.entries(identity).flatMap(([role, who]) => [
    [`GIT_${role}_NAME`, who],
    [`GIT_${role}_EMAIL`, 'somebody@example.com'],
  ]);
  const settings = { npm_config_cache: join(cwd, '.npm-cache'), npm_config_update_notifier: 'false' };
  const must = (folder: string, command: string, ...args: string[]) =>
    place.must(command, args, { cwd: folder, env: { ...registry.environment, ...settings, ...Object.fromEntries(git) } });
  return { cwd, must };
}

/** What we said, without what npm and pnpm say themselves; numbers that differ from day to day left out. */
function ours(output: string): string {
  const theirs = /^(> |npm (warn exec The following package was not found|notice)|Progress|\.\.\.\/).*\n?/gm;
  return output
    .replace(theirs, '')
    .replace(/\d+ files, \d+ packages/, '# files, # packages')
    .trim();
}

describe.each([
  ['npm create dl-project@latest my-app -- --yes', 'npm', 'npm run'],
  ['npm init dl-project@latest my-app -- --yes', 'npm', 'npm run'],
  ['npx --yes pnpm@10 create dl-project@latest my-app --yes', 'pnpm', 'pnpm'],
])('%s', (typed, packageManager, run) => {
  const words = typed.split(' ');
  const somebody = person(words.slice(0, 4).join('-').replace(/\W+/g, '-'));
  const project = join(somebody.cwd, 'my-app');

  test('says this and no more, and both packages are of the version that was published', () => {
    const [program, ...args] = words;
    const output = ours(somebody.must(somebody.cwd, program, ...args));
    expect(output).toBe(`${packageManager} installs the packages, which takes a while the first time ...

  my-app   # files, # packages, first commit made

  cd my-app
${twoColumns(run)}`);
    const { devDependencies, dependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    expect([dependencies['dl-project'], devDependencies['create-dl-project']]).toEqual([version, version]);
    expect(somebody.must(project, 'git', 'status', '--porcelain')).toBe('');
  });

  if (typed.startsWith('npm init')) return; // the same project

  test('it trains, grows by a module and checks itself, without a warning', () => {
    const npm = (...args: string[]) => somebody.must(project, 'npm', 'run', '--silent', ...args);
    const said = [npm('train', 'fast-dev-run'), npm('add', 'metric', 'balance'), npm('check'), npm('test')];
    expect(said[0]).toContain('Epoch 1 is kept');
    expect(said[3]).toContain('balance.test.ts');
    expect(said.join('\n')).not.toMatch(/warn|deprecat/i);
    somebody.must(project, 'npx', 'create-dl-project', 'remove', 'metric', 'balance');
    expect(somebody.must(project, 'git', 'status', '--porcelain')).toBe('');
  });
});

function twoColumns(run: string): string {
  const rows = [
    [`${run} train`, 'teach it', `${run} compress`, 'make it small'],
    [`${run} predict`, 'watch it guess', `${run} tune`, 'search better settings'],
  ];
  const width = run.length + ' compress'.length + 2;
  return rows.map(([a, does, b, will]) => `  ${a.padEnd(width)}${does.padEnd(18)}${b.padEnd(width)}${will}`).join('\n');
}
