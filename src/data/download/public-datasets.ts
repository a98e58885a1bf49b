/** A file that is downloaded. */
export interface PublicFile {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** A data set that everybody may fetch. */
export interface PublicDataset {
  /** The folder's address; a mirror has `<mirror>/<dataset>/` in its place. */
  readonly base: string;
  readonly files: readonly PublicFile[];
  /** What is taken out of the files that are archives; without them the files themselves are the data. */
  readonly contents?: readonly string[];
}

const idxNames = ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz', 't10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'];

function idxFiles(...facts: readonly (readonly [bytes: number, sha256: string])[]): PublicFile[] {
  return facts.map(([bytes, sha256], i) => ({ name: idxNames[i], bytes, sha256 }));
}

/** The data sets that can be fetched by name. */
export const publicDatasets = {
  mnist: {
    base: 'https://ossci-datasets.s3.amazonaws.com/mnist/',
    files: idxFiles(
      [9_912_422, '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609'],
      [28_881, '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c'],
      [1_648_877, '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6'],
      [4_542, 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6'],
    ),
  },
  'fashion-mnist': {
    base: 'https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/',
    files: idxFiles(
      [26_421_880, '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84'],
      [29_515, 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845'],
      [4_422_102, '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073'],
      [5_148, '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5'],
    ),
  },
  cifar10: {
    base: 'https://www.cs.toronto.edu/~kriz/',
    files: [
      { name: 'cifar-10-binary.tar.gz', bytes: 170_052_171, sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd' },
    ],
    contents: [...[1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`), 'test_batch.bin', 'batches.meta.txt'],
  },
  cifar100: {
    base: 'https://www.cs.toronto.edu/~kriz/',
    files: [
      { name: 'cifar-100-binary.tar.gz', bytes: 168_513_733, sha256: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec' },
    ],
    contents: ['train.bin', 'test.bin', 'fine_label_names.txt', 'coarse_label_names.txt'],
  },
} as const satisfies Record<string, PublicDataset>;

export type PublicDatasetName = keyof typeof publicDatasets;
