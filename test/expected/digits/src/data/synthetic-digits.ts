import { defineDataset, drawDigits } from 'dl-project/data';

/** Handwritten-looking digits, drawn 28x28 in grey by a program: the same pixels on every machine, nothing to download. */
export const syntheticDigits = defineDataset({
  name: 'synthetic-digits',
  defaults: { trainImages: 12_000, testImages: 2_000 },
  load: ({ trainImages, testImages }) => ({
    train: drawDigits({ count: trainImages, seed: 1 }),
    test: async () => drawDigits({ count: testImages, seed: 2 }),
  }),
});
