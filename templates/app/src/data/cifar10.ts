import { resolve } from 'node:path';
import { defineDataset, readCifar10 } from 'dl-project/data';

/** CIFAR-10 in its binary version: 60,000 photographs of ten kinds, 32x32 in colour (A. Krizhevsky, 2009). */
export const cifar10 = defineDataset({
  name: 'cifar10',
  defaults: { folder: 'dataset' },
  load: async ({ folder }, { root }) => ({
    train: await readCifar10(resolve(root, folder), 'train'),
    test: () => readCifar10(resolve(root, folder), 'test'),
  }),
});
