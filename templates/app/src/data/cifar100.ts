import { resolve } from 'node:path';
import { defineDataset, fetchPublicDataset, readCifar100 } from 'dl-project/data';
import { showDownload } from 'dl-project/reporting';

type Labels = 'fine' | 'coarse';

/** CIFAR-100: 60,000 photographs of 100 kinds, `coarse` labels of 20 groups, 32x32 in colour (Krizhevsky, 2009). Downloaded once. */
export const cifar100 = defineDataset({
  name: 'cifar100',
  defaults: { folder: 'dataset', labels: 'fine' as Labels },
  load: async ({ folder, labels }, { root }) => {
    const place = await fetchPublicDataset('cifar100', { folder: resolve(root, folder), onProgress: showDownload });
    return { train: await readCifar100(place, 'train', { labels }), test: () => readCifar100(place, 'test', { labels }) };
  },
});
