import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tablesFolder } from './optuna-environment.ts';
import type { Task } from './tasks.ts';

/** A task whose every combination was trained and is in a table (HPOLib: Klein and Hutter 2019; HPOBench: Eggensperger et al. 2021). */
export interface TableTask extends Task {
  readonly file: string;
  /** Which share of the table is better than a value, in percent. */
  rank(value: number): number;
}

interface Table {
  readonly parameters: readonly { readonly name: string; readonly values: number; readonly isOrdered: boolean }[];
  /** Of every combination, the last parameter changing fastest. */
  readonly losses: readonly number[];
}

export function tableTasks(): TableTask[] {
  return ['slice_localization', 'protein_structure', 'vehicle', 'australian'].map((name) => {
    const file = join(tablesFolder(), `${name}.json`);
    const { parameters, losses } = JSON.parse(readFileSync(file, 'utf8')) as Table;
    return {
      name,
      file,
      optimum: Math.min(...losses),
      rank: (value) => (100 * losses.filter((loss) => loss < value).length) / losses.length,
      objective(trial) {
        const row = parameters.reduce((position, { name: parameter, values, isOrdered }) => {
          const chosen = isOrdered
            ? trial.suggestInt(parameter, 0, values - 1)
            : trial.suggestCategorical(parameter, [...Array(values).keys()]);
          return position * values + chosen;
        }, 0);
        return losses[row];
      },
    };
  });
}
