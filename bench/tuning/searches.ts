import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  cmaEsSampler,
  createStudy,
  gpSampler,
  nsga2Sampler,
  quasiRandomSampler,
  randomSampler,
  type Sampler,
  tpeSampler,
} from '../../src/tuning/index.ts';
import { hypervolume } from '../../src/tuning/samplers/pareto/hypervolume.ts';
import { optunaPython } from './optuna-environment.ts';
import type { Task } from './tasks.ts';

/** Ours; optuna_search.py has Optuna's under the same names. */
const samplers = {
  random: (seed: number) => randomSampler({ seed }),
  'quasi-random': (seed: number) => quasiRandomSampler({ seed }),
  tpe: (seed: number) => tpeSampler({ seed }),
  'tpe-independent': (seed: number) => tpeSampler({ seed, multivariate: false }),
  'cma-es': (seed: number) => cmaEsSampler({ seed }),
  'tpe-group': (seed: number) => tpeSampler({ seed, group: true }),
  gp: (seed: number) => gpSampler({ seed }),
  nsga2: (seed: number) => nsga2Sampler({ seed }),
} satisfies Record<string, (seed: number) => Sampler>;

export type SamplerName = keyof typeof samplers;

/** A task searched by one sampler, from several seeds. */
export interface Search {
  readonly task: Task;
  readonly sampler: SamplerName;
  readonly seeds: number;
  /** After how many trials the best value is kept. */
  readonly at: readonly number[];
  /** Where the task is a table: its file. */
  readonly table?: string;
}

/** What one seed gave; `best` goes with the search's `at`. */
interface Found {
  readonly sampler: string;
  readonly by: 'ours' | 'optuna';
  readonly seed: number;
  readonly best: readonly number[];
}

/** Best values by seed, after each number of trials. */
export interface SearchResult {
  readonly ours: readonly (readonly number[])[];
  readonly optuna: readonly (readonly number[])[];
}

const folder = new URL('../results/tuning/', import.meta.url);

/** Searches from the seeds that are missing, ours and Optuna's in turn; every seed is kept as it comes. */
export async function search({ task, sampler, seeds, at, table }: Search): Promise<SearchResult> {
  const found = readFound(task.name);
  const keep = (one: Found) => {
    found.push(one);
    writeFound(task.name, found);
  };
  const missing = (by: Found['by']) =>
    [...Array(seeds).keys()].filter((seed) => !found.some((one) => one.sampler === sampler && one.by === by && one.seed === seed));
  if (missing('ours').length + missing('optuna').length > 0) console.log(`  ${task.name}, ${sampler}`);
  const left = missing('ours');
  const searchOurs = async (seed: number) => keep({ sampler, by: 'ours', seed, best: await ours(task, samplers[sampler](seed), at) });
  const asked = { task: task.name, sampler, seeds: missing('optuna'), trials: at.at(-1)!, at, table, reference: task.reference };
  await optuna(asked, async (one) => {
    keep({ sampler, by: 'optuna', ...one });
    if (left.length > 0) await searchOurs(left.shift()!);
  });
  for (const seed of left) await searchOurs(seed);
  return readSearch({ task, sampler, seeds });
}

/** What was found so far. */
export function readSearch({ task, sampler, seeds }: Pick<Search, 'task' | 'sampler' | 'seeds'>): SearchResult {
  const found = readFound(task.name).filter((one) => one.sampler === sampler && one.seed < seeds);
  const of = (by: Found['by']) => found.filter((one) => one.by === by).map(({ best }) => best);
  return { ours: of('ours'), optuna: of('optuna') };
}

async function ours(task: Task, sampler: Sampler, at: readonly number[]): Promise<number[]> {
  const directions = (task.reference ?? [0]).map(() => 'minimize' as const);
  const study = await createStudy({ name: task.name, sampler, directions });
  await study.optimize((trial) => task.objective(trial), { trials: at.at(-1) });
  const values = (await study.trials()).map((trial) => trial.values!);
  return at.map((trials) => bestOf(values.slice(0, trials), task.reference));
}

/** The lowest value; of several objectives the volume that is better than the reference and reached, negative. */
function bestOf(values: readonly (readonly number[])[], reference: readonly number[] | undefined): number {
  if (!reference) return Math.min(...values.map(([value]) => value));
  const counted = values.filter((one) => one.every((value, i) => value < reference[i]));
  return -hypervolume(counted, reference);
}

async function optuna(
  asked: Record<string, unknown> & { readonly seeds: readonly number[] },
  keep: (one: { seed: number; best: number[] }) => Promise<void>,
) {
  if (asked.seeds.length === 0) return;
  const script = fileURLToPath(new URL('optuna_search.py', import.meta.url));
  const child = spawn(optunaPython(asked.sampler === 'gp'), ['-W', 'ignore', script, JSON.stringify(asked)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  for await (const line of createInterface(child.stdout)) await keep(JSON.parse(line));
  if ((await ended) !== 0) throw new Error(`optuna_search.py failed: ${JSON.stringify(asked)}`);
}

function readFound(task: string): Found[] {
  try {
    return JSON.parse(readFileSync(new URL(`${task}.json`, folder), 'utf8'));
  } catch {
    return [];
  }
}

function writeFound(task: string, found: readonly Found[]): void {
  mkdirSync(folder, { recursive: true });
  const key = ({ sampler, by, seed }: Found) => `${sampler} ${by} ${String(seed).padStart(4, '0')}`;
  const lines = [...found].sort((a, b) => (key(a) < key(b) ? -1 : 1)).map((one) => `  ${JSON.stringify(one)}`);
  writeFileSync(new URL(`${task}.json`, folder), `[\n${lines.join(',\n')}\n]\n`);
}
