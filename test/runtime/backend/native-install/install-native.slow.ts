import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../../../support/requirements.ts';
import { tfjsNode } from '../native-requirement.ts';
import { runChild } from '../run-child.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dl-native-'));
  writeFileSync(join(folder, 'package.json'), '{\n\t"name": "throwaway",\n\t"private": true\n}\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** `dl-project native tensorflow ...` in the throwaway project, which sees no other tfjs-node. */
function native(...args: string[]) {
  return runChild(new URL('../../../../src/cli/main.ts', import.meta.url), {
    args: ['native', 'tensorflow', ...args],
    cwd: folder,
    env: { DL_NATIVE_DIR: undefined },
  });
}

function npm(...args: string[]) {
  execFileSync('npm', [...args, '--no-audit', '--no-fund'], { cwd: folder, stdio: 'ignore' });
}

describeWith(tfjsNode, 'dl-project native tensorflow', () => {
  test('adds the backend, which survives npm install, npm rebuild and a new install, is put back after npm ci, and goes', async () => {
    const added = await native();
    expect(added).toMatchObject({ exitCode: 0, stderr: '' });
    expect(added.stdout).toContain('it loads');
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toEqual({
      name: 'throwaway',
      private: true,
      optionalDependencies: { '@tensorflow/tfjs-node': '4.22.0' },
      allowScripts: { '@tensorflow/tfjs-node': false, 'core-js': false },
    });

    npm('install');
    npm('install', 'csv-parse');
    npm('rebuild');
    expect(await native('status')).toMatchObject({ exitCode: 0, stdout: '  tfjs-node is there and loads.\n' });

    npm('ci', '--ignore-scripts');
    expect(await native('status')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('its library is gone. Type: npx dl-project native tensorflow'),
    });
    expect(await native()).toMatchObject({ exitCode: 0 });
    expect(await native('status')).toMatchObject({ exitCode: 0 });

    expect(await native('remove')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Taken out of this project.') });
    expect(readFileSync(join(folder, 'package.json'), 'utf8')).not.toMatch(/tfjs-node|core-js/);
    expect(await native('status')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('is not installed') });
  });
});
