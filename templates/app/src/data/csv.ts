import { resolve } from 'node:path';
import { defineDataset, fitTable, readTable } from 'dl-project/data';

type Task = 'classification' | 'regression';
type Missing = 'mean' | 'median' | 'mostFrequent' | 'constant';

/** Rows of a CSV or TSV file with a header line. Name the file and the column to predict in config.ts. */
export const csv = defineDataset({
  name: 'csv',
  defaults: {
    file: 'dataset/table.csv',
    target: 'target',
    task: 'classification' as Task,
    testSplit: 0.2,
    ignore: [] as string[],
    categories: [] as string[], // number columns that name kinds, such as postal codes
    missing: 'mean' as Missing,
    missingValue: 0, // with missing: 'constant'
    missingIndicator: false,
    rareBelow: 0, // categories of fewer training rows become one, with those never seen
    delimiter: '',
  },
  load: async ({ file, delimiter, categories, ...options }, context) => {
    const table = await readTable(resolve(context.root, file), { delimiter, categories });
    return fitTable(table, options, context);
  },
});
