import { manyObjectiveTasks } from './many-objectives.ts';
import type { SamplerName, Search } from './searches.ts';
import { type TableTask, tableTasks } from './tables.ts';
import { type Task, tasks } from './tasks.ts';

/** A search and how it is judged. */
export interface SearchRow extends Search {
  readonly kind: 'function' | 'many-objectives' | 'tabular';
  readonly metric: string;
  /** What a best value is worth; lower is better. */
  judge(best: number): number;
}

/** Every row of the suite; the samplers that others are compared with come first. GP is for few trials. */
export function plannedSearches(seeds: number): SearchRow[] {
  const everywhere: SamplerName[] = ['random', 'quasi-random', 'tpe', 'tpe-independent'];
  const gp = { at: [25, 50] };
  return [
    ...tasks.flatMap((task) => {
      const others: SamplerName[] = ['mixed-conditional', 'branches'].includes(task.name) ? ['tpe-group'] : ['cma-es'];
      return [...everywhere, ...others].map((sampler) => ofFunction(task, sampler, seeds));
    }),
    ...tasks.slice(0, 2).map((task) => ({ ...ofFunction(task, 'gp', seeds), ...gp })),
    ...manyObjectiveTasks.flatMap((task) => [
      ...(['random', 'nsga2'] as const).map((sampler) => ofManyObjectives(task, sampler, seeds, [250, 500, 1000])),
      ofManyObjectives(task, 'tpe', seeds, [100]),
    ]),
    ...tableTasks().flatMap((task) => (['random', 'tpe'] as const).map((sampler) => ofTable(task, sampler, seeds))),
  ];
}

function ofFunction(task: Task, sampler: SamplerName, seeds: number): SearchRow {
  const metric = 'distance from the optimum';
  return { kind: 'function', task, sampler, seeds, at: [25, 50, 100, 200], metric, judge: (best) => best - task.optimum };
}

function ofManyObjectives(task: Task, sampler: SamplerName, seeds: number, at: readonly number[]): SearchRow {
  const metric = 'hypervolume that is missing, %';
  return { kind: 'many-objectives', task, sampler, seeds, at, metric, judge: (best) => 100 * (1 - best / task.optimum) };
}

function ofTable(task: TableTask, sampler: SamplerName, seeds: number): SearchRow {
  const metric = '% of the table that is better';
  return { kind: 'tabular', task, table: task.file, sampler, seeds, at: [100], metric, judge: (best) => task.rank(best) };
}
