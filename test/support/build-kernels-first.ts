import { buildKernels } from '../../scripts/build-kernels.ts';

/** Vitest's global set-up: the tests read the kernels as built from the sources of this moment. */
export async function setup(): Promise<void> {
  await buildKernels();
}
