import { denseMultiplyAccumulates, type FactorableLayer, type Factorization, type Spectrum } from './factor-layer.ts';
import { vbmfRank } from './vbmf-rank.ts';

/** How large the ranks of a layer are to be. */
export type RankRule =
  | number
  /** The share of the squared singular values that stays, above 0 and at most 1. */
  | { readonly energy: number }
  /** Times fewer multiply-adds, above 1. */
  | { readonly speedup: number }
  | 'vbmf';

/** Ranks of a layer, what they cost and what they keep. */
export interface RankChoice {
  readonly ranks: readonly number[];
  readonly multiplyAccumulates: number;
  /** Share of the squared singular values; of several ranks the product. */
  readonly energy: number;
}

/**
 * The ranks of one layer by a rule; undefined where the rule leaves nothing to be saved.
 * A number counts for each rank, but none beyond the full one.
 */
export function chooseRanks(method: Factorization, layer: FactorableLayer, rule: RankRule, roundTo: number): RankChoice | undefined {
  const full = method.fullRanks(layer);
  const dense = denseMultiplyAccumulates(layer);
  const choice = (ranks: readonly number[]): RankChoice => ({
    ranks,
    multiplyAccumulates: method.multiplyAccumulates(layer, ranks),
    energy: 1,
  });
  const rounded = (rank: number, i: number) => Math.min(full[i], Math.max(1, Math.ceil(rank / roundTo) * roundTo));
  if (typeof rule === 'number') return saving(choice(full.map((rank) => Math.min(rank, rule))), dense);
  const spectra = method.spectra?.(layer);
  if (rule === 'vbmf') return spectra && saving(choice(spectra.map((one, i) => rounded(vbmfRank(one), i))), dense);
  if ('energy' in rule) return spectra && saving(choice(spectra.map((one, i) => rounded(rankFor(one, rule.energy), i))), dense);
  return rankChoices(method, layer, roundTo).find(({ multiplyAccumulates }) => multiplyAccumulates <= dense / rule.speedup);
}

/** Every sensible choice that saves something, the dearest first: all ranks of a layer keep about the same energy. */
export function rankChoices(method: Factorization, layer: FactorableLayer, roundTo: number): RankChoice[] {
  const full = method.fullRanks(layer);
  const spectra = method.spectra?.(layer);
  const seen = new Map<string, RankChoice>();
  const add = (ranks: readonly number[], energy: number) => {
    const rounded = ranks.map((rank, i) => Math.min(full[i], Math.max(1, Math.ceil(rank / roundTo) * roundTo)));
    const one = { ranks: rounded, multiplyAccumulates: method.multiplyAccumulates(layer, rounded), energy };
    if (saving(one, denseMultiplyAccumulates(layer))) seen.set(String(rounded), one);
  };
  if (!spectra) for (let rank = 1; rank <= full[0]; rank++) add([rank], rank / full[0]);
  else {
    const levels = new Set(spectra.flatMap((one) => Array.from(shares(one))));
    for (const level of [...levels].sort((a, b) => a - b)) {
      const ranks = spectra.map((one) => rankFor(one, level));
      add(
        ranks,
        ranks.reduce((product, rank, i) => product * shares(spectra[i])[rank - 1], 1),
      );
    }
  }
  return [...seen.values()].sort((a, b) => b.multiplyAccumulates - a.multiplyAccumulates);
}

/**
 * Ranks for the whole net under one budget: again and again the layer gives way whose energy falls least for what it saves
 * (after Zhang et al., "Accelerating very deep convolutional networks", 2016: the product of the energies is kept large).
 *
 * @param layers per layer its multiply-adds as it is and its choices, the dearest first
 * @returns the choice of each layer, undefined for those that stay as they are; undefined where even the cheapest choices exceed the budget
 */
export function chooseUnderBudget(
  layers: readonly { readonly dense: number; readonly choices: readonly RankChoice[] }[],
  budget: number,
): (RankChoice | undefined)[] | undefined {
  const chosen: (RankChoice | undefined)[] = layers.map(() => undefined);
  const costOf = (i: number) => chosen[i]?.multiplyAccumulates ?? layers[i].dense;
  let total = layers.reduce((sum, { dense }) => sum + dense, 0);
  while (total > budget) {
    let best: { i: number; choice: RankChoice; price: number } | undefined;
    layers.forEach(({ choices }, i) => {
      for (const choice of choices) {
        const saved = costOf(i) - choice.multiplyAccumulates;
        if (saved <= 0) continue;
        const price = (Math.log(chosen[i]?.energy ?? 1) - Math.log(choice.energy)) / saved;
        if (!best || price < best.price) best = { i, choice, price };
      }
    });
    if (!best) return undefined;
    total -= costOf(best.i) - best.choice.multiplyAccumulates;
    chosen[best.i] = best.choice;
  }
  return chosen;
}

function saving(choice: RankChoice, dense: number): RankChoice | undefined {
  return choice.multiplyAccumulates < dense ? choice : undefined;
}

/** The share of the energy that the first 1, 2, ... singular values hold. */
function shares({ energies }: Spectrum): Float64Array {
  const total = energies.reduce((sum, energy) => sum + energy, 0) || 1;
  let sum = 0;
  return energies.map((energy) => {
    sum += energy;
    return sum / total;
  });
}

/** The smallest rank that keeps the share. */
function rankFor(spectrum: Spectrum, share: number): number {
  const found = shares(spectrum).findIndex((one) => one >= share * (1 - 1e-12));
  return found < 0 ? spectrum.energies.length : found + 1;
}
