import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { FrozenTrial } from '../../../src/tuning/index.ts';

test("isolation: 'process' runs each trial in a process of its own, whose death does not end the study", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'isolated-'));
  const script = fileURLToPath(new URL('isolated.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, join(folder, 'journal.log')]);
  rmSync(folder, { recursive: true });
  const { process: own, trials } = JSON.parse(stdout) as { process: number; trials: FrozenTrial[] };

  const ended = (x: number) =>
    trials.filter(({ params }) => params.x === x).map(({ state, value, userAttributes }) => value ?? userAttributes.cause ?? state);
  expect(trials).toHaveLength(6); // enqueued once, though the script ran six times more; each that died was tried once more
  expect(ended(4)).toEqual([16]);
  expect(ended(-1)).toEqual(Array(2).fill('its process was killed, by somebody or for memory'));
  expect(ended(-2)).toEqual([-2]); // pruned: the last report
  expect(ended(-3)).toEqual(Array(2).fill('its process ended with exit code 3'));
  const processes = trials.map(({ userAttributes }) => userAttributes.process).filter((pid) => pid !== undefined);
  expect(processes).not.toContain(own);
  expect(new Set(processes).size).toBe(processes.length);
}, 300_000);
