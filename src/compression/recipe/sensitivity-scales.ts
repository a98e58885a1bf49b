import type { LayersModel } from '@tensorflow/tfjs-layers';
import { pruneUnits } from '../prune-units.ts';
import { pruneWeights } from '../prune-weights.ts';
import { shareWeights } from '../share-weights.ts';
import { kernelsOf } from '../surgery/kernels-of.ts';
import type { Technique } from '../technique.ts';

/** How a technique is done to a single layer, in steps from little to much. */
export interface SensitivityScale {
  /** The technique's. */
  readonly name: string;
  /** What a level means. */
  readonly about: string;
  readonly levels: readonly number[];
  isLevel(level: number): boolean;
  layersOf(model: LayersModel): string[];
  create(layer: string, level: number): Technique;
  /** The step of a recipe that does these levels, as one types it. */
  recipe(levels: Readonly<Record<string, number>>): string;
}

const isShare = (level: number) => level > 0 && level < 1;
const isBits = (level: number) => Number.isInteger(level) && level >= 1 && level <= 8;
const layersWithKernel = (model: LayersModel) => [
  ...new Set(
    kernelsOf(model)
      .filter(({ name }) => name.endsWith('/kernel'))
      .map(({ layer }) => layer),
  ),
];

/** The techniques whose effect on a layer can be measured. */
export const sensitivityScales: readonly SensitivityScale[] = [
  {
    name: 'pruneWeights',
    about: 'share of the weights that is removed',
    levels: [0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98],
    isLevel: isShare,
    layersOf: layersWithKernel,
    create: (layer, level) => pruneWeights({ keep: { [layer]: kept(level) } }),
    recipe: (levels) => `pruneWeights({ keep: ${shares(levels, kept)} })`,
  },
  {
    name: 'pruneUnits',
    about: 'share of the units that is removed',
    levels: [0.1, 0.25, 0.5, 0.75, 0.9],
    isLevel: isShare,
    layersOf: layersWithKernel,
    create: (layer, level) => pruneUnits({ ratio: { [layer]: level } }),
    recipe: (levels) => `pruneUnits({ ratio: ${shares(levels, (level) => level)} })`,
  },
  {
    name: 'shareWeights',
    about: 'bits of the shared values',
    levels: [8, 6, 5, 4, 3, 2, 1],
    isLevel: isBits,
    layersOf: layersWithKernel,
    create: (layer, level) => shareWeights({ bits: { [layer]: level } }),
    recipe: (levels) => `shareWeights({ bits: ${shares(levels, (level) => level)} })`,
  },
];

function kept(level: number): number {
  return Number((1 - level).toFixed(6));
}

/** `{ conv1: 0.5, 'my-layer': 0.1 }` */
function shares(levels: Readonly<Record<string, number>>, value: (level: number) => number): string {
  const entries = Object.entries(levels).map(
    ([layer, level]) => `${/^[A-Za-z_$][\w$]*$/.test(layer) ? layer : `'${layer}'`}: ${value(level)}`,
  );
  return `{ ${entries.join(', ')} }`;
}
