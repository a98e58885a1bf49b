import { pruningRow } from './pruning-row.ts';

export const pruningLenet5 = pruningRow('lenet5', {
  paper: '12x fewer weights, 0.80 -> 0.77 % (Han et al., 2015)',
  paperLayers: { 'conv1, % kept': 66, 'conv2, % kept': 12, 'dense1, % kept': 8, 'dense2, % kept': 19 },
  triedOnValidation: 5,
});
