import { deepCompressionRow } from './deep-compression-row.ts';

export const deepCompressionLenet300100 = deepCompressionRow('lenet-300-100', {
  paper: '40x smaller, 1.64 -> 1.58 % (Han, Mao and Dally, 2016)',
  paperLayers: {
    'dense1, % kept': 8,
    'dense1, % of its bytes': 2.32,
    'dense2, % kept': 9,
    'dense2, % of its bytes': 3.04,
    'dense3, % kept': 26,
    'dense3, % of its bytes': 12.7,
  },
  triedOnValidation: 13,
  timesSmaller: 45,
  share: { bits: 5 },
  epochs: 4,
});
