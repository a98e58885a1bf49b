import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineDataset } from '../../src/data/define-dataset.ts';
import { readImageFolder } from '../../src/data/images/folder/read-image-folder.ts';
import { readIdxImages } from '../../src/data/images/read-idx-images.ts';

/** The folder with the real data. */
export function dataFolder(): string {
  const folder = process.env.DL_DATA_DIR;
  if (!folder) throw new Error("The papers' rows need real data: set DL_DATA_DIR to a folder that holds mnist/ and cifar10-images.tar.gz.");
  return folder;
}

export const mnist = defineDataset({
  name: 'mnist',
  defaults: {},
  async load() {
    const folder = join(dataFolder(), 'mnist');
    return { train: await readIdxImages(folder, 'train'), test: () => readIdxImages(folder, 'test') };
  },
});

/** 1,000 pictures of each class of CIFAR-10 to train on, 200 to test on. */
export const cifarPictures = defineDataset({
  name: 'cifarPictures',
  defaults: {},
  load() {
    const folder = join(tmpdir(), 'dl-bench-papers');
    if (!existsSync(join(folder, 'cifar10-images', 'test', 'truck'))) {
      mkdirSync(folder, { recursive: true });
      execFileSync('tar', ['xzf', join(dataFolder(), 'cifar10-images.tar.gz'), '-C', folder]);
    }
    return readImageFolder(join(folder, 'cifar10-images'));
  },
});
