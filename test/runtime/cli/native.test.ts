import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWith } from '../../support/requirements.ts';
import { nativeKernels } from '../backend/native-requirement.ts';
import { runChild } from '../backend/run-child.ts';

const native = (env: Record<string, string>, ...args: string[]) =>
  runChild(new URL('../../../src/cli/main.ts', import.meta.url), { args: ['native', ...args], env });

describeWith(nativeKernels, 'dl-project native', () => {
  test('compiles what is not compiled yet, checks it, and says what it gains and weighs', async () => {
    const { exitCode, stdout, stderr } = await native({});
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/was compiled before; checking and measuring/);
    expect(stdout).toMatch(/^ {2}matrix product, 512 x 512 +\d+ +\d+ +\d+$/m);
    expect(stdout).toMatch(/They give the numbers of the kernels in WebAssembly/);
    expect(stdout).toMatch(/KB in .*kernels\.node/);
  });

  test('without a compiler it says how to get one, and without kernels status says how to get them', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'dl-native-'));
    const env = { XDG_CACHE_HOME: cache, CXX: 'no-such-compiler' };
    const failed = await native(env);
    expect(failed).toMatchObject({ exitCode: 1, stdout: '' });
    expect(failed.stderr).toMatch(/^CXX=no-such-compiler does not start\. .*\n$/);
    expect(await native(env, 'status')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('are not compiled on this machine') });
    expect(existsSync(join(cache, 'dl-project'))).toBe(false);
    rmSync(cache, { recursive: true });
  });
});
