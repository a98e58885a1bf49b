// `npm test` and `npm run test:all`: plain JavaScript, because it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { installIfNeeded, requireNode, run } from './steps.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const everything = process.argv[2] === 'all';
const filters = process.argv.slice(3);
const projects = ['tiny', 'runtime', 'contracts', 'generators', ...(everything ? ['slow'] : [])];

requireNode();
installIfNeeded(root);
run('npm', ['run', '--silent', 'build:kernels'], { cwd: root });
if (everything) run('npm', ['run', '--silent', 'build'], { cwd: root });

const resultFile = `${root}.cache/tests.json`;
mkdirSync(`${root}.cache`, { recursive: true });
rmSync(resultFile, { force: true });
const args = projects.flatMap((name) => ['--project', name]);
const vitest = spawnSync(
  process.execPath,
  [
    `${root}node_modules/vitest/vitest.mjs`,
    'run',
    ...args,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${resultFile}`,
    ...filters,
  ],
  { cwd: root, stdio: 'inherit' },
);
process.exitCode = report() && vitest.status === 0 ? 0 : 1;

/** Says what was skipped and why, and closes with the line that counts. */
function report() {
  let result;
  try {
    result = JSON.parse(readFileSync(resultFile, 'utf8'));
  } catch {
    console.log('\nThe test runner left no result.\ntests: 0 passed, 1 failed, 0 skipped');
    return false;
  }
  const tests = result.testResults.flatMap((file) => file.assertionResults);
  const skipped = tests.filter((test) => test.status === 'pending' || test.status === 'skipped' || test.status === 'todo');
  const passed = tests.filter((test) => test.status === 'passed').length;
  // A file that fails to load has no tests, but it is a failure.
  const failed =
    tests.filter((test) => test.status === 'failed').length +
    result.testResults.filter((file) => file.status === 'failed' && !file.assertionResults.length).length;
  const reasons = new Map();
  for (const test of skipped) {
    const reason = /\[needs ([^\]]+)\]/.exec(test.fullName)?.[1] ?? `no reason given: ${test.fullName}`;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  if (reasons.size) console.log('\nSkipped here:');
  for (const [reason, count] of reasons) console.log(`  ${count} need ${reason}`);
  if (!everything) console.log('Not part of npm test: installed samples, kills, fuzz, real servers (npm run test:all).');
  console.log(`tests: ${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  return failed === 0;
}
