import { defineDataset, drawMachines, fitTable } from 'dl-project/data';

/** Invented readings of pumps and what is wrong with each, which no reading tells alone: nothing to download. */
export const syntheticMachines = defineDataset({
  name: 'synthetic-machines',
  defaults: { rows: 5_000, testSplit: 0.2 },
  load: ({ rows, testSplit }, context) =>
    fitTable(drawMachines({ rows, seed: 1 }), { target: 'state', task: 'classification', testSplit }, context),
});
