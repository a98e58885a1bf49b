import { cpFactorization } from './cp-factorization.ts';
import type { Factorization } from './factor-layer.ts';
import { spatialFactorization } from './spatial-factorization.ts';
import { svdFactorization } from './svd-factorization.ts';
import { tucker2Factorization } from './tucker2-factorization.ts';

/** Every way to write a kernel as a product. A new one: its file and a line here. */
export const factorizations: readonly Factorization[] = [svdFactorization, tucker2Factorization, cpFactorization, spatialFactorization];
