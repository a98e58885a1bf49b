import { resolve } from 'node:path';
import { defineDataset, fetchPublicDataset, readIdxImages } from 'dl-project/data';
import { showDownload } from 'dl-project/reporting';

/** MNIST: 70,000 handwritten digits, 28x28 in grey (LeCun, Cortes and Burges, 1998). Downloaded once, unless its files are in `folder`. */
export const mnist = defineDataset({
  name: 'mnist',
  defaults: { folder: 'dataset' },
  load: async ({ folder }, { root }) => {
    const place = await fetchPublicDataset('mnist', { folder: resolve(root, folder), onProgress: showDownload });
    return { train: await readIdxImages(place, 'train'), test: () => readIdxImages(place, 'test') };
  },
});
