import { showValue } from '../../config/show-value.ts';
import { DlError } from '../../core/errors.ts';
import { matchNames } from '../../layers/match-names.ts';
import type { RankRule } from './choose-ranks.ts';
import type { Factorization } from './factor-layer.ts';
import { factorizations } from './factorizations.ts';

export interface FactorizeOptions {
  /** How a kernel is written as a product. `auto`: `svd` for dense layers and 1x1 convolutions, `tucker2` for larger ones. @default 'auto' */
  method?: 'auto' | Factorization['name'];
  /**
   * How large the ranks are: a number, `{ energy: 0.9 }` (share of the squared singular values that stays), `{ speedup: 2 }` (times
   * fewer multiply-adds), `'vbmf'` (the rank above the noise); for all layers, or by layer name (`*` stands for any letters).
   * `{ macs: 0.5 }` chooses all ranks together, so that the whole model needs that share of its multiply-adds.
   */
  rank: RankRule | { readonly macs: number } | Readonly<Record<string, RankRule>>;
  /** Ranks are rounded up to a multiple of this; kernels are fastest at multiples of 8. @default 1 */
  roundTo?: number;
}

/** @throws DlError `config` for options that cannot be, whatever the model */
export function checkOptions({ method = 'auto', rank, roundTo = 1 }: FactorizeOptions): void {
  const methods = ['auto', ...factorizations.map(({ name }) => name)];
  if (!methods.includes(method)) {
    throw new DlError('config', `factorize method is ${JSON.stringify(method)}; allowed are ${methods.join(', ')}.`);
  }
  if (!Number.isInteger(roundTo) || roundTo < 1) {
    throw new DlError('config', `factorize roundTo is ${showValue(roundTo)}; it must be a whole number, at least 1.`);
  }
  if (isBudget(rank)) checkShare('macs', rank.macs);
  else if (isNamed(rank)) for (const [name, rule] of Object.entries(rank)) checkRule(rule, ` of ${JSON.stringify(name)}`);
  else checkRule(rank, '');
}

function checkRule(rule: RankRule, where: string): void {
  if (rule === 'vbmf') return;
  if (typeof rule === 'number') {
    if (Number.isInteger(rule) && rule >= 1) return;
    throw new DlError('config', `factorize rank${where} is ${showValue(rule)}; it must be a whole number, at least 1.`);
  }
  if (typeof rule === 'object' && rule !== null && 'energy' in rule) {
    checkShare('energy', rule.energy);
    return;
  }
  if (typeof rule === 'object' && rule !== null && 'speedup' in rule && Number.isFinite(rule.speedup) && rule.speedup > 1) return;
  throw new DlError(
    'config',
    `factorize rank${where} is ${JSON.stringify(rule)}; allowed are a whole number, { energy: 0.9 }, { speedup: 2 } (above 1), 'vbmf', or { macs: 0.5 } for the whole model.`,
  );
}

function checkShare(key: string, share: number): void {
  if (!(typeof share === 'number' && share > 0 && share <= 1)) {
    throw new DlError('config', `factorize rank ${key} is ${JSON.stringify(share)}; it is a share, above 0 and at most 1.`);
  }
}

/** The rule of each layer; of patterns the last one that matches, and none for a layer that none matches. */
export function rulesByLayer(rank: RankRule | Readonly<Record<string, RankRule>>, layers: readonly string[]): Map<string, RankRule> {
  if (!isNamed(rank)) return new Map(layers.map((layer) => [layer, rank]));
  const rules = new Map<string, RankRule>();
  for (const [pattern, rule] of Object.entries(rank)) {
    for (const layer of matchNames('factorize rank', pattern, layers)) rules.set(layer, rule);
  }
  return rules;
}

/** Whether all ranks are chosen together. */
export function isBudget(rank: FactorizeOptions['rank']): rank is { readonly macs: number } {
  return typeof rank === 'object' && rank !== null && 'macs' in rank;
}

/** Whether rules are given by layer name. */
export function isNamed(rank: FactorizeOptions['rank']): rank is Readonly<Record<string, RankRule>> {
  return typeof rank === 'object' && rank !== null && !['macs', 'energy', 'speedup'].some((key) => key in rank);
}
