import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  createStudy,
  type Direction,
  hyperbandPruner,
  medianPruner,
  type Pruner,
  patientPruner,
  percentilePruner,
  successiveHalvingPruner,
  thresholdPruner,
  wilcoxonPruner,
} from '../../../src/tuning/index.ts';
import { builtinPruners } from '../../../src/tuning/pruners/builtin-pruners.ts';
import { hyperbandShares } from '../../../src/tuning/pruners/hyperband-pruner.ts';

interface Case {
  readonly name: string;
  readonly pruner: readonly unknown[];
  readonly direction: Direction;
  readonly trials: readonly {
    readonly curve: readonly (readonly [step: number, value: number | string])[];
    readonly pruned: number | null;
    readonly rungs: Readonly<Record<string, number | string>>;
  }[];
}

/** Made by golden/optuna_pruners.py. */
const golden = JSON.parse(readFileSync(new URL('golden/optuna-pruners.json', import.meta.url), 'utf8')) as Case[];

function make([name, ...args]: readonly unknown[]): Pruner {
  const makers: Record<string, (...args: never[]) => Pruner> = {
    median: medianPruner,
    percentile: percentilePruner,
    successiveHalving: successiveHalvingPruner,
    hyperband: hyperbandPruner,
    threshold: thresholdPruner,
    wilcoxon: wilcoxonPruner,
    patient: (wrapped: unknown[] | null, options) => patientPruner(wrapped ? make(wrapped) : undefined, options),
  };
  return makers[name as string](...(args as never[]));
}
const numberOf = (value: number | string) => (value === 'nan' ? Number.NaN : value === 'inf' ? Number.POSITIVE_INFINITY : Number(value));

describe("prunes what Optuna's pruner prunes, at the same report", () => {
  test.each(golden.map((one) => [one.name, one] as const))('%s', async (name, { pruner, direction, trials }) => {
    const study = await createStudy({ name, direction, pruner: make(pruner) });
    const ours: (typeof trials)[number][] = [];
    for (const { curve } of trials) {
      const trial = (await study.ask())!;
      let pruned: number | null = null;
      for (const [i, [step, value]] of curve.entries()) {
        trial.report(numberOf(value), step);
        if (!(await trial.shouldPrune())) continue;
        pruned = i + 1;
        break;
      }
      const finite = curve.map(([, value]) => numberOf(value)).filter(Number.isFinite);
      await study.tell(trial, pruned === null ? (finite.at(-1) ?? 0) : { state: 'pruned' });
      const { systemAttributes } = (await study.trials())[trial.number];
      const rungs = Object.entries(systemAttributes).filter(([key]) => key.startsWith('completed_rung_'));
      const shown = rungs.map(([key, rung]) => [key, rung === Number.POSITIVE_INFINITY ? 'inf' : rung] as const);
      ours.push({ curve, pruned, rungs: Object.fromEntries(shown) as Record<string, number> });
    }
    expect(ours).toEqual(trials);
    const ended = trials.filter(({ pruned }) => pruned !== null).length;
    expect(ended).toBeGreaterThan(0);
  });
});

test("hyperband's shares are the paper's", () => {
  expect(hyperbandShares(1, 81, 3)).toEqual([81, 34, 15, 8, 5]);
  expect(hyperbandShares(1, 27, 3)).toEqual([27, 12, 6, 4]);
});

describe('a pruner', () => {
  test.each([
    [() => percentilePruner(101), '101 is not between 0 and 100'],
    [() => medianPruner({ nWarmupSteps: -1 }), 'nWarmupSteps is -1; it must be a whole number, at least 0'],
    [() => successiveHalvingPruner({ reductionFactor: 1 }), 'reductionFactor is 1; it must be a whole number, at least 2'],
    [() => successiveHalvingPruner({ bootstrapCount: 1 }), 'bootstrapCount needs a minResource'],
    [() => hyperbandPruner({ minResource: 9, maxResource: 3 }), 'maxResource is 3; it must be a whole number, at least 9'],
    [() => hyperbandPruner({ bootstrapCount: 1 }), 'bootstrapCount needs a maxResource'],
    [() => thresholdPruner({}), 'thresholdPruner needs a limit'],
    [() => thresholdPruner({ lower: 2, upper: 1 }), 'lower is 2, above upper, which is 1'],
    [() => patientPruner(undefined, { patience: 1, minDelta: -1 }), 'minDelta is -1'],
    [() => wilcoxonPruner({ pThreshold: 2 }), 'pThreshold is 2; it is from 0 to 1'],
  ])('refuses options that cannot be: %#', (create, message) => {
    expect(create).toThrow(message);
  });

  test.each(builtinPruners.map((one) => [one.name, one] as const))(
    '%s can be named by a study, for any number of epochs',
    async (_, definition) => {
      for (const epochs of [1, 2, 10, 300]) {
        const study = await createStudy({ name: 'a', pruner: definition.create(epochs) });
        const trial = (await study.ask())!;
        expect(await trial.shouldPrune()).toBe(false);
        trial.report(1, 0);
        expect(await trial.shouldPrune()).toBe(false);
      }
    },
  );
});
