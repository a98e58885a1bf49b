import { resolve } from 'node:path';
import { defineDataset, fetchPublicDataset, readCifar10 } from 'dl-project/data';
import { showDownload } from 'dl-project/reporting';

/** CIFAR-10: 60,000 photographs of ten kinds, 32x32 in colour (A. Krizhevsky, 2009). Downloaded once, unless its files are in `folder`. */
export const cifar10 = defineDataset({
  name: 'cifar10',
  defaults: { folder: 'dataset' },
  load: async ({ folder }, { root }) => {
    const place = await fetchPublicDataset('cifar10', { folder: resolve(root, folder), onProgress: showDownload });
    return { train: await readCifar10(place, 'train'), test: () => readCifar10(place, 'test') };
  },
});
