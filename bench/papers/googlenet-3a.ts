import { costOf, googLeNetModules } from '../support/googlenet.ts';
import type { PaperRow } from './paper-row.ts';

const [first] = googLeNetModules;

/** Counted; the paper's K is 1,024 and its figures are rounded. */
export const googlenet3a: PaperRow = {
  name: 'googlenet-3a',
  paper: 'module 3a: 159K weights, 128M operations (Szegedy et al., 2015)',
  triedOnValidation: 0,
  targets: [
    { figure: 'weights', atLeast: 163_328, atMost: 163_328 },
    { figure: 'multiply-adds', atLeast: 128_049_152, atMost: 128_049_152 },
    { figure: 'multiply-adds without reductions, x as many', atLeast: 2.4 },
  ],
  async measure() {
    const [reduced, whole] = [costOf(first, true), costOf(first, false)];
    return {
      weights: reduced.weights,
      'multiply-adds': reduced.multiplyAccumulates,
      'multiply-adds without reductions, x as many': whole.multiplyAccumulates / reduced.multiplyAccumulates,
    };
  },
};
