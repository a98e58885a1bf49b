/** A dataset the generator offers. */
export interface DatasetOffer {
  readonly name: string;
  readonly summary: string;
  readonly tasks: readonly string[];
  /** The files it is read from; none if it comes with the runtime. */
  readonly reads?: 'idx' | 'csv';
  /** Settings that config.ts shows. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Settings that make it small, for the project's tests. */
  readonly smallSettings?: Readonly<Record<string, number>>;
}

/** A model the generator offers. */
export interface ModelOffer {
  readonly name: string;
  readonly summary: string;
  readonly tasks: readonly string[];
  /** Settings that config.ts shows. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** How many weights it has on 28x28 images and ten classes. */
  readonly weights?: number;
}

export const datasets: readonly DatasetOffer[] = [
  {
    name: 'synthetic-digits',
    summary: '14,000 drawn 28x28 digits, nothing to download',
    tasks: ['classify-images'],
    smallSettings: { trainImages: 600, testImages: 100 },
  },
  { name: 'idx', summary: 'your IDX files, such as MNIST', tasks: ['classify-images'], reads: 'idx', settings: { folder: 'dataset' } },
];

export const models: readonly ModelOffer[] = [
  {
    name: 'lenet5',
    summary: 'LeNet-5, 431,080 weights',
    tasks: ['classify-images'],
    settings: { filters: [20, 50], units: 500 },
    weights: 431_080,
  },
  {
    name: 'lenet5-classic',
    summary: 'LeNet-5, 431,080 weights',
    tasks: ['classify-images'],
    settings: { filters: [6, 16], units: [120, 84] },
  },
  { name: 'mlp', summary: 'dense layers', tasks: ['classify-images'], settings: { hidden: [128, 64] } },
];
