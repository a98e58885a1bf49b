import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lastCheckpointPath } from '../../../src/checkpoint/checkpoint-paths.ts';
import { interruptedRunAt } from '../../../src/runs/resume-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'interrupted-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function runThat(status: string, host: string, processId = process.pid): string {
  const run = mkdtempSync(join(folder, 'run-'));
  const checkpoint = lastCheckpointPath({ path: (...parts) => join(run, ...parts) });
  mkdirSync(dirname(checkpoint), { recursive: true });
  writeFileSync(checkpoint, '');
  writeFileSync(
    join(run, 'run.json'),
    JSON.stringify({ id: 'a', start: '2026-01-01T00:00:00Z', status, processId, environment: { host } }),
  );
  return run;
}

test('a trial goes on in a run that was stopped or killed, here or on another machine, but not in one whose process lives', () => {
  const found = (run: string) => interruptedRunAt(run) !== undefined;
  expect(found(runThat('stopped', hostname()))).toBe(true);
  expect(found(runThat('stopped', 'elsewhere'))).toBe(true);
  expect(found(runThat('running', 'elsewhere'))).toBe(true); // the study knows that its process is gone
  expect(found(runThat('running', hostname(), 2 ** 22 + 1))).toBe(true);
  expect(found(runThat('running', hostname()))).toBe(false);
  expect(interruptedRunAt(join(folder, 'nothing'))).toBeUndefined();
});
