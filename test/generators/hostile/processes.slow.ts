import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { flags } from '../../../generators/app/options.ts';
import { hostileTexts } from './hostile-text.ts';
import { faultOf, WatchedPlace } from './watched-place.ts';

// The same as hostile.test.ts, but through a real command line and the bundle.
const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
const silent = ['--skip-install', '--skip-git'];
const short = hostileTexts.map((text, index) => [index, text] as const);

let place: WatchedPlace;
beforeEach(() => {
  place = new WatchedPlace();
});
afterEach(() => place.remove());

/** One process, without a terminal, and in an environment in which nothing was said by npm. */
function run(argv: readonly string[], cwd = place.cwd) {
  const environment = Object.entries(process.env).filter(([name]) => !/^(npm_|CI$)/i.test(name));
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...argv], {
    cwd,
    env: Object.fromEntries(environment),
    encoding: 'utf8',
    input: '',
  });
  return { code: status, out: stdout, error: stderr };
}

describe('a whole process', () => {
  test.each(short)('makes a project of name %i there, or nothing', (_, name) => {
    const end = run([name, ...silent]);
    expect(faultOf(end)).toBe('');
    const changed = place.changed();
    expect(changed).toHaveLength(end.code === 0 ? 1 : 0);
    for (const path of changed) expect(path.startsWith('a/b/here/')).toBe(true);
  });

  test.each(flags.filter(({ value }) => value).map(({ name }, index) => [name, hostileTexts[(index * 7) % 16]] as const))(
    'with --%s %j makes it whole, or nothing',
    (name, text) => {
      const end = run(['my-app', `--${name}`, text, ...silent]);
      expect(faultOf(end)).toBe('');
      expect(place.changed()).toEqual(end.code === 0 ? ['a/b/here/my-app'] : []);
    },
  );

  test('adds and removes nothing of a name that is none, and leaves all else alone', () => {
    expect(run(['my-app', ...silent]).code).toBe(0);
    const project = join(place.cwd, 'my-app');
    const made = run(['list', '--json'], project).out;
    for (const [, name] of short.filter(([index]) => index % 3 === 0)) {
      for (const command of ['add', 'remove']) {
        const end = run([command, 'callback', name], project);
        expect(faultOf(end), `${command} ${name.slice(0, 40)}`).toBe('');
        expect(end.code, `${command} ${name.slice(0, 40)}`).toBe(2);
      }
    }
    expect(run(['list', '--json'], project).out).toBe(made);
    expect(place.changed()).toEqual(['a/b/here/my-app']);
  });
});
