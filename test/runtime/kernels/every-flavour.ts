import { beforeAll, describe } from 'vitest';
import { type EngineKernels, loadEngineKernels } from '../../../src/kernels/engine-kernels.ts';
import { hasRelaxedSimd } from '../../../src/kernels/has-relaxed-simd.ts';
import type { WasmFlavour } from '../../../src/kernels/load-build.ts';
import { describeWith } from '../../support/requirements.ts';
import { nativeKernels } from '../backend/native-requirement.ts';
import { KernelWorkspace } from './kernel-workspace.ts';

/**
 * Runs `tests` once for every build of the kernels that this machine has.
 * @param use given the workspace over that build, before its tests
 */
export function describeEveryFlavour(title: string, use: (workspace: KernelWorkspace) => void, tests: () => void): void {
  describeWasm(title, async (flavour) => use(await KernelWorkspace.open(flavour)), tests);
  describeWith(nativeKernels, `${title}, native`, () => {
    beforeAll(async () => use(await KernelWorkspace.open('native')));
    tests();
  });
}

/** The same for both builds of the engine's kernels. */
export function describeEngine(title: string, use: (workspace: KernelWorkspace<EngineKernels>) => void, tests: () => void): void {
  describeWasm(title, async (flavour) => use(new KernelWorkspace(await loadEngineKernels({ flavour }))), tests);
}

function describeWasm(title: string, open: (flavour: WasmFlavour) => Promise<void>, tests: () => void): void {
  const both = (flavour: WasmFlavour) => () => {
    beforeAll(() => open(flavour));
    tests();
  };
  describe(`${title}, simd`, both('simd'));
  describe.skipIf(!hasRelaxedSimd())(`${title}, relaxed-simd [needs relaxed SIMD: Node 22 or newer]`, both('relaxed-simd'));
}
