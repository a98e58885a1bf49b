import { engine, type Variable } from '@tensorflow/tfjs-core';
import type { StepSettings } from '../config/step-settings.ts';
import { DlError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { matchesWeight } from './matches-weight.ts';

/** What is special about one weight. */
export interface WeightSettings {
  readonly rateMultiplier: number;
  readonly decays: boolean;
}

/** @throws DlError `config` for a pattern of rates that fits no weight: it would silently do nothing */
export function weightSettings(
  variables: readonly Variable[],
  { learningRateMultipliers, excludeFromWeightDecay }: StepSettings,
): Map<string, WeightSettings> {
  const rates = Object.entries(learningRateMultipliers);
  // Layers that are frozen now may be trained later: tfjs knows of their weights too.
  const names = [...variables.map(({ name }) => name), ...Object.keys(engine().registeredVariables)];
  requireRatedWeights(
    learningRateMultipliers,
    names,
    variables.map(({ name }) => name),
  );
  return new Map(
    variables.map(({ name }) => {
      const rateMultiplier = rates.find(([pattern]) => matchesWeight(pattern, name))?.[1] ?? 1;
      return [name, { rateMultiplier, decays: !excludeFromWeightDecay.some((pattern) => matchesWeight(pattern, name)) }];
    }),
  );
}

/**
 * @param weights names: `conv1/kernel`  @param shown those of them that the error names  @default all
 * @throws DlError `config` for a pattern of rates that fits no weight
 */
export function requireRatedWeights(
  multipliers: StepSettings['learningRateMultipliers'],
  weights: readonly string[],
  shown = weights,
): void {
  for (const pattern of Object.keys(multipliers)) {
    if (!weights.some((name) => matchesWeight(pattern, name))) throw new DlError('config', explain(pattern, shown));
  }
}

function explain(pattern: string, weights: readonly string[]): string {
  const names = weights.map((name) => (pattern.includes('/') ? name : name.slice(0, name.lastIndexOf('/'))));
  const known = [...new Set(names)];
  return (
    `training.optimizer.learningRateMultipliers: ${JSON.stringify(pattern)} fits no layer.${didYouMean(pattern, known)} ` +
    `Known: ${known.join(', ')}; * stands for any text.`
  );
}
