import { resolve } from 'node:path';
import { defineDataset, readImageFolder } from 'dl-project/data';

type OnCorrupt = 'error' | 'skip';

/** Your images, a folder per class: `dataset/cat/1.png`, or `dataset/train/cat/1.png` and `dataset/test/cat/2.png`. */
export const imageFolder = defineDataset({
  name: 'image-folder',
  defaults: {
    folder: 'dataset',
    height: 32,
    width: 32,
    channels: 3,
    testSplit: 0.2,
    cache: false,
    onCorrupt: 'error' as OnCorrupt,
  },
  load: ({ folder, ...options }, { root }) => readImageFolder(resolve(root, folder), options),
});
