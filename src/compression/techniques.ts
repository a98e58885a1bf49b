import { findByName } from '../core/registry.ts';
import { fineTune } from './fine-tune.ts';
import { pipeline } from './pipeline.ts';
import { pruneUnits } from './prune-units.ts';
import { pruneWeights } from './prune-weights.ts';
import { quantize } from './quantize.ts';
import type { Technique } from './technique.ts';

/** Every technique, by the name that recipes and files use. A new one: its file, a line here, one in catalog.ts, its test. */
export const techniques = [
  { name: 'pruneWeights', create: pruneWeights },
  { name: 'pruneUnits', create: pruneUnits },
  { name: 'quantize', create: quantize },
  { name: 'fineTune', create: fineTune },
] as const;

/**
 * Makes a recipe again from what a model file says of it.
 * @throws DlError `name` for a technique that this release does not know
 */
export function recipeFrom(steps: readonly { readonly name: string; readonly options: object }[]): Technique {
  return pipeline(steps.map(({ name, options }) => findByName('technique', techniques, name).create(options as never)));
}
