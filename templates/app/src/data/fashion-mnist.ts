import { resolve } from 'node:path';
import { defineDataset, fetchPublicDataset, readIdxImages } from 'dl-project/data';
import { showDownload } from 'dl-project/reporting';

const classNames = ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'];

/** Fashion-MNIST: 70,000 pieces of clothing, 28x28 in grey (Xiao et al., 2017). Downloaded once, unless its files are in `folder`. */
export const fashionMnist = defineDataset({
  name: 'fashion-mnist',
  defaults: { folder: 'dataset' },
  load: async ({ folder }, { root }) => {
    const place = await fetchPublicDataset('fashion-mnist', { folder: resolve(root, folder), onProgress: showDownload });
    return { train: await readIdxImages(place, 'train', { classNames }), test: () => readIdxImages(place, 'test', { classNames }) };
  },
});
