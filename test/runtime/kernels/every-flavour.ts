import { beforeAll, describe } from 'vitest';
import { hasRelaxedSimd } from '../../support/has-relaxed-simd.ts';
import { describeWith } from '../../support/requirements.ts';
import { nativeKernels } from '../backend/native-requirement.ts';
import { KernelWorkspace } from './kernel-workspace.ts';

/**
 * Runs `tests` once for every build of the kernels that this machine has.
 * @param use given the workspace over that build, before its tests
 */
export function describeEveryFlavour(title: string, use: (workspace: KernelWorkspace) => void, tests: () => void): void {
  const wasm = (flavour: 'simd' | 'relaxed-simd') => () => {
    beforeAll(async () => use(await KernelWorkspace.open(flavour)));
    tests();
  };
  describe(`${title}, simd`, wasm('simd'));
  describe.skipIf(!hasRelaxedSimd())(`${title}, relaxed-simd [needs relaxed SIMD: Node 22 or newer]`, wasm('relaxed-simd'));
  describeWith(nativeKernels, `${title}, native`, () => {
    beforeAll(async () => use(await KernelWorkspace.open('native')));
    tests();
  });
}
