import { describe, expect, test } from 'vitest';
import { runChild } from '../backend/run-child.ts';

const dlProject = (...args: string[]) => runChild(new URL('../../../src/cli/main.ts', import.meta.url), { args });

describe('dl-project', () => {
  test('--help lists the commands and loads no tfjs', async () => {
    const { exitCode, stdout, stderr } = await runChild(new URL('../../../src/cli/main.ts', import.meta.url), {
      args: ['--help'],
      env: { NODE_DEBUG: 'module,esm' },
    });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^dl-project <command>\n\n {2}native +compile our kernels/);
    expect(stdout).toContain('inspect');
    expect(stderr).not.toContain('@tensorflow');
  });

  test('without a command it prints the help and exits with 2', async () => {
    const { exitCode, stdout, stderr } = await dlProject();
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('dl-project <command>');
  });

  test('--version prints the version of the package', async () => {
    const { exitCode, stdout } = await dlProject('--version');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  });

  test('an unknown command names the nearest', async () => {
    expect(await dlProject('natve')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        'There is no command "natve". Did you mean native? Known: native, inspect, compile, runs, study, copy-model, report, export, import.\n',
    });
  });

  test('an unknown option says what is allowed', async () => {
    expect(await dlProject('--hepl')).toMatchObject({
      exitCode: 2,
      stderr: '--hepl is not an option. Allowed: --help, --version, or the name of a command.\n',
    });
  });

  test('an unknown word behind a command names the nearest, without a stack', async () => {
    const { exitCode, stderr } = await dlProject('native', 'remov');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^native remov: not known\. Did you mean remove\?\n/);
    expect(stderr).not.toContain('    at ');
  });

  test('every command has a help of its own', async () => {
    expect((await dlProject('inspect', '--help')).stdout).toContain('dl-project inspect <file.safetensors>');
    expect((await dlProject('native', '--help')).stdout).toContain('dl-project native status');
  });
});
