import { resolve } from 'node:path';
import { defineDataset, fitTable, readTable } from 'dl-project/data';

type Task = 'classification' | 'regression';

/** Rows of a CSV or TSV file with a header line. Name the file and the column to predict in config.ts. */
export const csv = defineDataset({
  name: 'csv',
  defaults: {
    file: 'dataset/table.csv',
    target: 'target',
    task: 'classification' as Task,
    testSplit: 0.2,
    ignore: [] as string[],
    delimiter: '',
  },
  load: async ({ file, delimiter, ...options }, context) => {
    const table = await readTable(resolve(context.root, file), { delimiter });
    return fitTable(table, options, context);
  },
});
