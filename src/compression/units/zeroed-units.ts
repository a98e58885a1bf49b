import { dispose, scalar, type Tensor, tensor, tidy, where } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { variableOf } from '../../layers/stable-weight-names.ts';
import type { DependencyGraph } from '../dependency-graph.ts';
import type { Technique } from '../technique.ts';

/** By weight name; true where the weight stays. */
export interface HeldUnits {
  readonly masks: ReadonlyMap<string, Tensor>;
}

/** Masks over every weight of the removed units. BatchNorm's moving averages stay: with scale and shift 0 they do not matter. */
export function unitMasks(model: LayersModel, { axes }: DependencyGraph, removed: ReadonlySet<number>): HeldUnits {
  const marks = new Map<string, Uint8Array>();
  for (const { weight, axis, units } of axes) {
    if (/\/moving_(mean|variance)$/.test(weight) || !units.some((unit) => removed.has(unit))) continue;
    const { shape } = model.weights.find(({ originalName }) => originalName === weight) as LayersModel['weights'][number];
    const inner = product(shape.slice(axis + 1));
    const mask = marks.get(weight) ?? new Uint8Array(product(shape)).fill(1);
    marks.set(
      weight,
      mask.map((stays, i) => (stays && !removed.has(units[Math.floor(i / inner) % units.length]) ? 1 : 0)),
    );
  }
  const shapes = new Map(model.weights.map(({ originalName, shape }) => [originalName, shape as number[]]));
  return { masks: new Map(Array.from(marks, ([name, mask]) => [name, tensor(mask, shapes.get(name), 'bool')])) };
}

/** The hooks that keep the weights of removed units at 0. */
export const holdAtZero = {
  project({ masks }, model) {
    tidy(() => {
      const zero = scalar(0);
      for (const weight of model.weights) {
        const mask = masks.get(weight.originalName);
        if (!mask) continue;
        const variable = variableOf(weight);
        variable.assign(where<Tensor>(mask, variable, zero)); // not a product: -1 * 0 is -0
      }
    });
  },
  saveState: ({ masks }) =>
    new Map(Array.from(masks, ([name, mask]) => [name, { shape: mask.shape, values: Float32Array.from(mask.dataSync()) }])),
  loadState: (saved) => ({
    masks: new Map(Array.from(saved, ([name, { shape, values }]) => [name, tensor(Uint8Array.from(values), [...shape], 'bool')])),
  }),
  dispose: ({ masks }) => dispose([...masks.values()]),
} satisfies Partial<Technique<HeldUnits>>;

function product(shape: readonly (number | null)[]): number {
  return shape.reduce<number>((result, size) => result * (size ?? 1), 1);
}
