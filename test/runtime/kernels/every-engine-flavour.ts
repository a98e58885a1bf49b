import { beforeAll, describe } from 'vitest';
import { type EngineKernels, loadEngineKernels } from '../../../src/kernels/engine-kernels.ts';
import { hasRelaxedSimd } from './every-flavour.ts';

/**
 * Runs `tests` once for every build of the engine's kernels that this machine has.
 * @param use given the kernels of that build, before its tests
 */
export function describeEveryEngineFlavour(title: string, use: (kernels: EngineKernels) => void, tests: () => void): void {
  const build = (flavour: 'simd' | 'relaxed-simd') => () => {
    beforeAll(async () => use(await loadEngineKernels({ flavour })));
    tests();
  };
  describe(`${title}, simd`, build('simd'));
  describe.skipIf(!hasRelaxedSimd())(`${title}, relaxed-simd [needs relaxed SIMD: Node 22 or newer]`, build('relaxed-simd'));
}
