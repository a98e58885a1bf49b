import { resolve } from 'node:path';
import { defineDataset, readCifar100 } from 'dl-project/data';

type Labels = 'fine' | 'coarse';

/** CIFAR-100 in its binary version: 60,000 photographs of 100 kinds, 32x32 in colour; `coarse` labels are 20 groups of kinds. */
export const cifar100 = defineDataset({
  name: 'cifar100',
  defaults: { folder: 'dataset', labels: 'fine' as Labels },
  load: async ({ folder, labels }, { root }) => ({
    train: await readCifar100(resolve(root, folder), 'train', { labels }),
    test: () => readCifar100(resolve(root, folder), 'test', { labels }),
  }),
});
