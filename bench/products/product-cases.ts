import { binaryCases, sharedSumsCases } from './few-values.ts';
import { float32Cases } from './float32.ts';
import { int8Cases } from './int8.ts';
import type { ProductCase } from './product-case.ts';
import { sparseCases } from './sparse.ts';
import { winogradCases } from './winograd.ts';

/** What `npm run bench -- kernels <family>` measures: a line for each file of cases in this folder. */
export const productCases: Readonly<Record<string, readonly ProductCase[]>> = {
  binary: binaryCases,
  float32: float32Cases,
  int8: int8Cases,
  'shared-sums': sharedSumsCases,
  sparse: sparseCases,
  winograd: winogradCases,
};
