import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { describeWith } from '../../support/requirements.ts';
import { nativeKernels, tfjsNode } from './native-requirement.ts';
import { runChild } from './run-child.ts';

/** The newest Node of a line, as a package of the registry. */
function nodeOf(major: number): string {
  const args = ['exec', '--yes', '--silent', `--package=node@${major}`, '--', 'node', '-p', 'process.execPath'];
  return execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

/** Two runs in that Node: quiet, and equal in every bit. */
async function expectEqualBits(major: number, backend: string) {
  const node = nodeOf(major);
  const train = () => runChild(new URL('programs/train-briefly.ts', import.meta.url), { node, args: ['0'], env: { DL_BACKEND: backend } });
  const [first, second] = [await train(), await train()];
  expect(first).toMatchObject({ exitCode: 0, stderr: '' });
  expect(second).toEqual(first);
}

describe('wasm', () => {
  test.each([22, 24])('trains on Node %i, quietly and with the same bits each time', (major) => expectEqualBits(major, 'wasm'));
});

describeWith(nativeKernels, 'native', () => {
  test.each([22, 24])('trains on Node %i, quietly and with the same bits each time', (major) => expectEqualBits(major, 'native'));
});

describeWith(tfjsNode, 'tensorflow', () => {
  test.each([22, 24])('trains on Node %i, quietly and with the same bits each time', (major) => expectEqualBits(major, 'tensorflow'));
});
