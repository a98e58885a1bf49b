import { deepCompressionRow } from './deep-compression-row.ts';

export const deepCompressionLenet5 = deepCompressionRow('lenet5', {
  paper: '39x smaller, 0.80 -> 0.74 % (Han, Mao and Dally, 2016)',
  paperLayers: {
    'conv1, % kept': 66,
    'conv1, % of its bytes': 67.45,
    'conv2, % kept': 12,
    'conv2, % of its bytes': 5.28,
    'dense1, % kept': 8,
    'dense1, % of its bytes': 2.45,
    'dense2, % kept': 19,
    'dense2, % of its bytes': 6.13,
  },
  triedOnValidation: 2,
  timesSmaller: 60,
  share: { bits: 4 },
  epochs: 3,
});
