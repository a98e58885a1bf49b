import { findByName } from '../core/registry.ts';
import { binarize } from './binarize.ts';
import { cropInput } from './crop-input.ts';
import { distill } from './distill.ts';
import { factorize } from './factorize.ts';
import { fineTune } from './fine-tune.ts';
import { fuseLayers } from './fuse-layers.ts';
import { huffmanCode } from './huffman-code.ts';
import { insertBottlenecks } from './insert-bottlenecks.ts';
import { pipeline } from './pipeline.ts';
import { pruneUnits } from './prune-units.ts';
import { pruneWeights } from './prune-weights.ts';
import { quantize } from './quantize.ts';
import { rewind } from './rewind.ts';
import { shareWeights } from './share-weights.ts';
import { slim } from './slim.ts';
import type { Technique } from './technique.ts';
import { ternarize } from './ternarize.ts';
import { winograd } from './winograd.ts';

/** Every technique, by the name that recipes and files use. A new one: its file, a line here, one in catalog.ts, its test. */
export const techniques = [
  { name: 'pruneWeights', create: pruneWeights },
  { name: 'pruneUnits', create: pruneUnits },
  { name: 'cropInput', create: cropInput },
  { name: 'shareWeights', create: shareWeights },
  { name: 'slim', create: slim },
  { name: 'factorize', create: factorize },
  { name: 'winograd', create: winograd },
  { name: 'insertBottlenecks', create: insertBottlenecks },
  { name: 'fuseLayers', create: fuseLayers },
  { name: 'quantize', create: quantize },
  { name: 'huffmanCode', create: huffmanCode },
  { name: 'rewind', create: rewind },
  { name: 'binarize', create: binarize },
  { name: 'ternarize', create: ternarize },
  { name: 'fineTune', create: fineTune },
  { name: 'distill', create: distill },
] as const;

/**
 * Makes a recipe again from what a model file says of it.
 * @throws DlError `name` for a technique that this release does not know
 */
export function recipeFrom(steps: readonly { readonly name: string; readonly options: object }[]): Technique {
  return pipeline(steps.map(({ name, options }) => findByName('technique', techniques, name).create(options as never)));
}
