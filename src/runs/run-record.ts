import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { AnyConfig } from '../config/config-types.ts';
import type { Environment } from './environment.ts';
import type { RunKind, RunSwitches } from './run.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/** `stopped`: by Ctrl-C. `killed` is never written, but seen: the process that was running is gone. */
export type RunStatus = 'running' | 'finished' | 'failed' | 'stopped' | 'killed';

/** What `run.json` holds. */
export interface RunRecord {
  readonly id: string;
  readonly kind: RunKind;
  status: RunStatus;
  /** The script that was run: `train`. */
  readonly script: string;
  /** ISO 8601, UTC. */
  readonly start: string;
  end?: string;
  /** The experiments that changed its config, as typed: `quick,wide`. */
  readonly experiment?: string;
  readonly seed: number;
  readonly switches: RunSwitches;
  /** What the script returned: the logs of the best epoch. */
  result?: Readonly<Record<string, number>>;
  /** The epoch that was kept, from 0. */
  bestEpoch?: number;
  /** What decided that, and its value. */
  monitored?: { readonly key: string; readonly higherIsBetter: boolean; readonly value: number };
  /** What was trained on how much, as the report says it. */
  sizes?: {
    readonly task: 'classification' | 'regression';
    /** Of one sample: `[height, width, channels]` or `[columns]`. */
    readonly inputShape: readonly number[];
    readonly trainSamples: number;
    readonly validationSamples: number;
    readonly weights: number;
    readonly multiplyAccumulates: number;
  };
  /** Why it failed. */
  error?: string;
  readonly backend: { readonly name: string; readonly threads: number } | undefined;
  readonly environment: Environment;
  /** Each time it went on after it had been interrupted: when, and with what. */
  resumes?: readonly (Pick<RunRecord, 'start' | 'backend' | 'environment'> & { readonly notes: readonly string[] })[];
  /** The process that works on it, or did last. */
  processId: number;
  config: AnyConfig;
}

/** Writes `run.json`. */
export function writeRunRecord(folder: string, record: RunRecord): void {
  writeFileAtomically(join(folder, 'run.json'), `${JSON.stringify(record, null, 2)}\n`);
}

/** Reads `run.json`, and sees whether a run that calls itself running still is. @returns undefined where there is none that can be read */
export function readRunRecord(folder: string): RunRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunRecord;
    if (typeof record.id !== 'string' || typeof record.start !== 'string') return undefined;
    if (record.status === 'running' && isGone(record)) record.status = 'killed';
    return record;
  } catch {
    return undefined;
  }
}

/** Only known for processes of this machine. */
function isGone({ environment, resumes = [], processId }: RunRecord): boolean {
  if ((resumes.at(-1)?.environment ?? environment)?.host !== hostname()) return false;
  try {
    process.kill(processId, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
