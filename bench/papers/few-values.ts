import type { CompressionResult } from '../../src/compression/compression-result.ts';
import { binarize, fineTune, pipeline, type Technique, ternarize } from '../../src/compression/index.ts';
import type { PaperRow, Target } from './paper-row.ts';

/** How long, and with which learning rate, the training goes on behind the step: part after part. */
type Parts = readonly (readonly [epochs: number, learningRate: number])[];

const bits = 'bits per ternary weight in the file';
const short: Parts = [
  [2, 2e-4],
  [1, 3e-5],
];

/** Three values in conv2 and dense1 of `lenet5`, which have 99 % of its weights. */
export const twnLenet5 = lenet5Row({
  name: 'twn-lenet5',
  paper: 'MNIST 99.35 %, float 99.41 % (TWN; Li, Zhang and Liu, 2016)',
  triedOnValidation: 2,
  mostAboveDense: 0.2,
  alsoReaches: [{ figure: bits, atMost: 1.7 }],
  step: ternarize({ method: 'twn' }),
  parts: short,
});

/** The same with two trained scales. */
export const ttqLenet5 = lenet5Row({
  name: 'ttq-lenet5',
  paper: 'CIFAR-10, ResNet-20: 8.87 %, float 8.23 % (TTQ; Zhu et al., 2017)',
  triedOnValidation: 1,
  mostAboveDense: 0.2,
  alsoReaches: [{ figure: bits, atMost: 1.7 }],
  step: ternarize({ method: 'ttq' }),
  parts: short,
});

/** Two values in the same layers. */
export const bwnLenet5 = lenet5Row({
  name: 'bwn-lenet5',
  paper: 'MNIST 99.05 %, float 99.41 % (BWN, in Li, Zhang and Liu, 2016)',
  triedOnValidation: 1,
  mostAboveDense: 0.4,
  step: binarize({ method: 'bwn' }),
  parts: [
    [3, 3e-4],
    [1, 5e-5],
  ],
});

/** Two values in the same layers, which read signs. */
export const xnorLenet5 = lenet5Row({
  name: 'xnor-lenet5',
  paper: 'CIFAR-10 10.17 %, BWN 9.88 % (XNOR-Net; Rastegari et al., 2016)',
  triedOnValidation: 1,
  mostAboveDense: 1,
  step: binarize({ method: 'xnor' }),
  parts: [
    [3, 1e-3],
    [2, 1e-4],
  ],
});

/** Every layer of two values; the paper trains for 1,000 epochs. */
export const binaryConnectMlp: PaperRow = {
  name: 'binaryconnect-mlp',
  paper: 'MNIST 1.29 %, three layers of 1,024 units (BinaryConnect; Courbariaux, Bengio and David, 2015)',
  triedOnValidation: 1,
  targets: [{ figure: 'error, %', atMost: 1.5 }],
  async measure({ dense, compress, error }) {
    const net = await dense('binaryconnect-mlp');
    const step = binarize({ method: 'binaryConnect', keepFirstAndLast: false });
    const parts: Parts = [
      [25, 1e-3],
      [10, 3e-4],
      [5, 5e-5],
    ];
    const { model } = await compress(net, trained(step, parts));
    const figures = { 'dense error, %': await error(net), 'error, %': await error({ model, data: net.data }) };
    model.dispose();
    return figures;
  },
};

interface Lenet5Row extends Pick<PaperRow, 'name' | 'paper' | 'triedOnValidation'> {
  readonly mostAboveDense: number;
  readonly alsoReaches?: readonly Target[];
  readonly step: Technique;
  readonly parts: Parts;
}

function lenet5Row({ mostAboveDense, alsoReaches = [], step, parts, ...row }: Lenet5Row): PaperRow {
  return {
    ...row,
    targets: [{ figure: 'error, points above dense', atMost: mostAboveDense }, ...alsoReaches],
    async measure({ dense, compress, error }) {
      const net = await dense('lenet5');
      const result = await compress(net, trained(step, parts));
      const [denseError, ownError] = [await error(net), await error({ model: result.model, data: net.data })];
      result.model.dispose();
      return {
        'dense error, %': denseError,
        'error, %': ownError,
        'error, points above dense': ownError - denseError,
        [step.name === 'ternarize' ? bits : 'bits per binary weight in the file']: bitsPerWeight(result),
      };
    },
  };
}

/** Constant rates, one after the other: what a falling rate is made of. */
function trained(step: Technique, parts: Parts): Technique {
  return pipeline([step, ...parts.map(([epochs, learningRate]) => fineTune({ epochs, learningRate }))]);
}

/** Of the layers that the step changed, with their scales. */
function bitsPerWeight({ layers }: CompressionResult): number {
  const changed = layers.filter(({ layer }) => layer === 'conv2' || layer === 'dense1');
  const sumOf = (key: 'weights' | 'packedBytes') => changed.reduce((sum, layer) => sum + layer[key], 0);
  return (8 * sumOf('packedBytes')) / sumOf('weights');
}
