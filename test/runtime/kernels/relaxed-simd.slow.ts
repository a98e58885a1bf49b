import { execFileSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { nodeOf } from '../../support/node-of.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

test('the kernels with relaxed SIMD, which Node 20 does not have, pass their tests on Node 22', () => {
  const args = ['run', '--project', 'runtime', '--reporter=json', 'test/runtime/kernels'];
  const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env;
  const output = execFileSync(nodeOf(22), [`${root}node_modules/vitest/vitest.mjs`, ...args], { cwd: root, encoding: 'utf8', env });
  const result = JSON.parse(output.slice(output.indexOf('{"')));
  const relaxed = result.testResults
    .flatMap(({ assertionResults }: { assertionResults: { fullName: string; status: string }[] }) => assertionResults)
    .filter(({ fullName }: { fullName: string }) => fullName.includes('relaxed-simd'));
  expect(relaxed.length).toBeGreaterThan(20);
  expect(new Set(relaxed.map(({ status }: { status: string }) => status))).toEqual(new Set(['passed']));
});

test('relaxed SIMD of Node 20, which its flag opens, is not taken: it multiplies bytes with the wrong signs', () => {
  const probe = pathToFileURL(`${root}src/kernels/has-relaxed-simd.ts`).href;
  const program = `const { hasRelaxedSimd } = await import('${probe}'); console.log(hasRelaxedSimd());`;
  const flags = ['--experimental-wasm-relaxed-simd', '--import', 'tsx', '--input-type=module', '--eval', program];
  expect(execFileSync(nodeOf(20), flags, { cwd: root, encoding: 'utf8' }).trim()).toBe('false');
});
