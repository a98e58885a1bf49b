import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { datasets } from '../../src/catalog.ts';
import { dataSettings } from './data-settings.ts';
import type { AppInput } from './input.ts';

/** What is still to be done about the data: a sentence where files are expected that are not there. */
export function missingData(folder: string, { answers, dataOptions }: AppInput): string | undefined {
  const dataset = datasets.find((one) => one.name === answers.data)!;
  const place = dataSettings(dataset, answers.task, dataOptions);
  const path = place.folder ?? place.file;
  if (path === undefined || existsSync(resolve(folder, path))) return undefined;
  if (dataset.reads === 'idx') return `Before you train: put the four IDX files into ${path}/ (README.md names them).`;
  if (dataset.reads === 'images') return `Before you train: put your pictures into ${path}/<class>/, one folder per class.`;
  if (dataset.reads === 'public')
    return `The first training downloads ${dataset.name} (without internet: README.md says which files go into ${path}/).`;
  return `Before you train: put your table into ${path}, and name the column to learn in config.ts: data.target.`;
}
