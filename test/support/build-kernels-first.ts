import { buildKernels } from '../../scripts/build-kernels.ts';
import { compileKernels } from '../../src/backend/native-kernels/compile-kernels.ts';
import { DlError } from '../../src/core/errors.ts';

/** Vitest's global set-up: the tests read the kernels as built from the sources of this moment. */
export async function setup(): Promise<void> {
  await buildKernels();
  try {
    await compileKernels();
  } catch (error) {
    // Without a compiler the tests of the native kernels are skipped, and say so.
    if (!(error instanceof DlError) || process.env.CI) throw error;
    console.warn(error.message);
  }
}
