import { findNativePackage } from '../../../src/backend/native-package.ts';
import type { Requirement } from '../../support/requirements.ts';

export const nativeBackend: Requirement = {
  name: 'the native backend',
  how: 'bash scripts/ci/native.sh <folder>, then set DL_NATIVE_DIR=<folder>',
  present: findNativePackage() === 'ready',
};
