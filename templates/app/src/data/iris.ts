import { defineDataset, fitTable, irisTable } from 'dl-project/data';

/** 150 iris flowers of three species with four measures each (R. A. Fisher, 1936). */
export const iris = defineDataset({
  name: 'iris',
  defaults: { testSplit: 0.2 },
  load: ({ testSplit }, context) => fitTable(irisTable(), { target: 'species', task: 'classification', testSplit }, context),
});
