import { defineDataset, drawHouses, fitTable } from 'dl-project/data';

/** Invented houses and their prices, with a formula that no straight line fits: nothing to download. */
export const syntheticHouses = defineDataset({
  name: 'synthetic-houses',
  defaults: { rows: 5_000, testSplit: 0.2 },
  load: ({ rows, testSplit }, context) =>
    fitTable(drawHouses({ rows, seed: 1 }), { target: 'price', task: 'regression', testSplit }, context),
});
