import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type PruneUnitsOptions, pruneUnits } from '../../../src/compression/prune-units.ts';
import type { TechniqueNote } from '../../../src/compression/technique.ts';
import { RandomStream } from '../../../src/core/random.ts';
import { data, features, training } from './small-nets.ts';

/** A net as `pruneUnits` makes it, and what that notes. */
export async function pruned(model: LayersModel, options: PruneUnitsOptions): Promise<{ model: LayersModel; notes: TechniqueNote[] }> {
  const notes: TechniqueNote[] = [];
  const context = { model, features, data, training, random: new RandomStream(0), note: (note: TechniqueNote) => void notes.push(note) };
  const technique = pruneUnits(options);
  technique.check!(context, { steps: [technique], index: 0 });
  return { model: await technique.rewrite!(context), notes };
}
