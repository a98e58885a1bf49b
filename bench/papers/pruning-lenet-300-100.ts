import { pruningRow } from './pruning-row.ts';

export const pruningLenet300100 = pruningRow('lenet-300-100', {
  paper: '12x fewer weights, 1.64 -> 1.59 % (Han et al., 2015)',
  paperLayers: { 'dense1, % kept': 8, 'dense2, % kept': 9, 'dense3, % kept': 26 },
  triedOnValidation: 13,
});
