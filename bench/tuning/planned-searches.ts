import type { SamplerName, Search } from './searches.ts';
import { type TableTask, tableTasks } from './tables.ts';
import { type Task, tasks } from './tasks.ts';

/** A search and how it is judged. */
export interface SearchRow extends Search {
  readonly kind: 'function' | 'tabular';
  readonly metric: string;
  /** What a best value is worth; lower is better. */
  judge(best: number): number;
}

/** Every row of the suite; the samplers that others are compared with come first. GP is for few trials, and its seeds take long. */
export function plannedSearches(seeds: number): SearchRow[] {
  const everywhere: SamplerName[] = ['random', 'quasi-random', 'tpe', 'tpe-independent'];
  const gp = { seeds: Math.min(seeds, 5), at: [25, 50] };
  return [
    ...tasks.flatMap((task) => {
      const numeric: SamplerName[] = task.name === 'mixed-conditional' ? [] : ['cma-es'];
      return [...everywhere, ...numeric].map((sampler) => ofFunction(task, sampler, seeds));
    }),
    ...tasks.slice(0, 2).map((task) => ({ ...ofFunction(task, 'gp', seeds), ...gp })),
    ...tableTasks().flatMap((task) => (['random', 'tpe'] as const).map((sampler) => ofTable(task, sampler, seeds))),
  ];
}

function ofFunction(task: Task, sampler: SamplerName, seeds: number): SearchRow {
  const metric = 'distance from the optimum';
  return { kind: 'function', task, sampler, seeds, at: [25, 50, 100, 200], metric, judge: (best) => best - task.optimum };
}

function ofTable(task: TableTask, sampler: SamplerName, seeds: number): SearchRow {
  const metric = '% of the table that is better';
  return { kind: 'tabular', task, table: task.file, sampler, seeds, at: [100], metric, judge: (best) => task.rank(best) };
}
