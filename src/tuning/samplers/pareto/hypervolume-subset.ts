import { boxVolume, hypervolume } from './hypervolume.ts';
import { compareLosses } from './losses.ts';

/**
 * The points that together cover most of the hypervolume, chosen greedily: each time the one that adds most
 * (Guerreiro, Fonseca and Paquete 2016). Equal points are taken again only when all others are.
 * @param losses [points][objectives], lower is better
 * @returns positions of `size` points; any of them where the reference is not finite
 */
export function hypervolumeSubset(losses: readonly (readonly number[])[], size: number, reference: readonly number[]): number[] {
  const order = [...losses.keys()].sort((a, b) => compareLosses(losses[a], losses[b]) || a - b);
  const isFirst = (i: number) => i === 0 || compareLosses(losses[order[i - 1]], losses[order[i]]) !== 0;
  const distinct = order.filter((_, i) => isFirst(i));
  if (distinct.length <= size) {
    const repeated = order.filter((_, i) => !isFirst(i)).sort((a, b) => a - b);
    return [...distinct, ...repeated.slice(0, size - distinct.length)];
  }
  if (!reference.every(Number.isFinite)) return distinct.slice(0, size);
  return greedily(distinct, losses, size, reference);
}

function greedily(points: readonly number[], losses: readonly (readonly number[])[], size: number, reference: readonly number[]): number[] {
  const chosen: number[] = [];
  // What a point adds only shrinks as others are chosen: an old figure is an upper bound, and the best one need not be looked at twice.
  const gains = new Map(points.map((i) => [i, boxVolume(losses[i], reference)]));
  let volume = 0;
  while (chosen.length < size) {
    if (volume === Number.POSITIVE_INFINITY) return [...chosen, ...[...gains.keys()].slice(0, size - chosen.length)];
    const fresh = new Set(chosen.length === 0 ? points : []);
    let best = largest(gains);
    while (!fresh.has(best)) {
      const gain =
        hypervolume(
          [...chosen, best].map((i) => losses[i]),
          reference,
        ) - volume;
      gains.set(best, gain);
      fresh.add(best);
      best = largest(gains);
    }
    chosen.push(best);
    volume += gains.get(best)!;
    gains.delete(best);
  }
  return chosen;
}

/** The first of equals. */
function largest(gains: ReadonlyMap<number, number>): number {
  let [best, most] = [-1, Number.NaN];
  for (const [i, gain] of gains) if (!(gain <= most)) [best, most] = [i, gain];
  return best;
}
