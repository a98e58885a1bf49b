import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { datasets } from './offers.ts';

/** What is still to be done about the data: a sentence where files are expected that are not there. */
export function missingData(folder: string, data: string, options: Readonly<Record<string, string>>): string | undefined {
  const dataset = datasets.find((one) => one.name === data);
  const place = { ...dataset?.settings, ...options };
  if (dataset?.reads === 'idx' && !existsSync(resolve(folder, place.folder))) {
    return `Before you train: put the four IDX files into ${place.folder}/ (README.md names them).`;
  }
  if (dataset?.reads === 'csv' && !existsSync(resolve(folder, place.file))) {
    return `Before you train: put your table into ${place.file}, or set data.file in config.ts.`;
  }
  return undefined;
}
