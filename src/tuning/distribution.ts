import { DlError } from '../core/errors.ts';

/** What a categorical parameter may be: what Optuna's files can hold. */
export type Choice = null | boolean | number | string;

/** Where a parameter's value comes from; Optuna's three kinds. */
export type Distribution =
  | { readonly kind: 'float'; readonly low: number; readonly high: number; readonly log: boolean; readonly step: number | null }
  | { readonly kind: 'int'; readonly low: number; readonly high: number; readonly log: boolean; readonly step: number }
  | { readonly kind: 'categorical'; readonly choices: readonly Choice[] };

/** As Optuna writes it into its files: `{"name":"IntDistribution","attributes":{...}}`. */
export function distributionToJson(distribution: Distribution): string {
  if (distribution.kind === 'categorical') {
    return JSON.stringify({ name: 'CategoricalDistribution', attributes: { choices: distribution.choices } });
  }
  const { kind, low, high, log, step } = distribution;
  return JSON.stringify({ name: kind === 'int' ? 'IntDistribution' : 'FloatDistribution', attributes: { low, high, log, step } });
}

const known = new Map<string, Distribution>();

/**
 * Equal texts give the same object: a study has as many of them as trials, and samplers compare them.
 * @throws DlError `file` for a kind that Optuna 5 does not write
 */
export function distributionFromJson(json: string): Distribution {
  const distribution = known.get(json) ?? parse(json);
  known.set(json, distribution);
  return distribution;
}

function parse(json: string): Distribution {
  const { name, attributes } = JSON.parse(json) as { name: string; attributes: Record<string, never> };
  const { low, high, log, step, choices } = attributes;
  if (name === 'FloatDistribution') return { kind: 'float', low, high, log, step: step ?? null };
  if (name === 'IntDistribution') return { kind: 'int', low, high, log, step };
  if (name === 'CategoricalDistribution') return { kind: 'categorical', choices };
  throw new DlError(
    'file',
    `The study has a parameter of kind ${name}. Known: FloatDistribution, IntDistribution, CategoricalDistribution.`,
  );
}

/** The number that stands for a value in the file: the value itself, or the position of a choice. */
export function toInternal(distribution: Distribution, value: Choice): number {
  return distribution.kind === 'categorical' ? distribution.choices.indexOf(value) : (value as number);
}

export function fromInternal(distribution: Distribution, internal: number): Choice {
  return distribution.kind === 'categorical' ? distribution.choices[internal] : internal;
}
