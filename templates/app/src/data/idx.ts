import { resolve } from 'node:path';
import { defineDataset, readIdxImages } from 'dl-project/data';

/** Images and labels in four IDX files, as MNIST and Fashion-MNIST have them (`train-images-idx3-ubyte.gz` ...). */
export const idx = defineDataset({
  name: 'idx',
  defaults: { folder: 'dataset', classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] },
  load: async ({ folder, classNames }, { root }) => ({
    train: await readIdxImages(resolve(root, folder), 'train', { classNames }),
    test: () => readIdxImages(resolve(root, folder), 'test', { classNames }),
  }),
});
