import { isCompiled } from '../../../src/backend/native-kernels/kernel-library.ts';
import { findNativePackage } from '../../../src/backend/native-package.ts';
import type { Requirement } from '../../support/requirements.ts';

/** Vitest's global set-up compiles them where there is a compiler. */
export const nativeKernels: Requirement = { name: 'the native kernels', how: 'install g++ or clang++', present: isCompiled() };

export const tfjsNode: Requirement = {
  name: 'tfjs-node',
  how: 'bash scripts/ci/native.sh <folder>, then set DL_NATIVE_DIR=<folder>',
  present: findNativePackage() === 'ready',
};
