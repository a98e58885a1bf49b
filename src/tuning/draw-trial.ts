import { DlError } from '../core/errors.ts';
import { contains, onlyValue, requireSameKind } from './distribution.ts';
import type { Sampler } from './samplers/sampler.ts';
import { chooseParams, type Params, type SearchSpace } from './search-space.ts';
import type { FrozenStudy, FrozenTrial, TrialTemplate } from './storage/study-storage.ts';

/** Samplers draw by the number of the trial; so far from it lies the number that another draw for the same trial has. */
const nextDraw = 1_000_003;
const drawsOfEqual = 10;
const drawsOfForbidden = 1000;

/**
 * A new trial of a declared space, with all of its parameters. What the space forbids is drawn again.
 * @param reuse an objective that always gives the same for the same parameters: those of an earlier trial are drawn again up to 10 times; then the
 * trial is complete at once, with the earlier one's values
 * @returns undefined where the sampler has nothing left
 * @throws DlError `refused` where the space forbids everything that is drawn
 */
export function drawTrial(
  study: FrozenStudy,
  space: SearchSpace,
  sampler: Sampler,
  { reuse }: { reuse: boolean },
): TrialTemplate | undefined {
  const { trials } = study;
  for (const [name, distribution] of Object.entries(space.parameters)) {
    requireSameKind(name, distribution, trials.find((one) => Object.hasOwn(one.distributions, name))?.distributions[name]);
  }
  let equal: { template: TrialTemplate; to: FrozenTrial } | undefined;
  for (let draw = 0, equals = 0; draw < drawsOfForbidden; draw++) {
    const number = trials.length + draw * nextDraw;
    const together = sampler.sampleRelative(study, number);
    if (!together) return undefined;
    const params = chooseParams(space, (name, distribution) => {
      const only = onlyValue(distribution);
      if (only !== undefined) return only;
      if (Object.hasOwn(together, name) && contains(distribution, together[name])) return together[name];
      return sampler.sampleIndependent(study, number, name, distribution);
    });
    if (space.isForbidden?.(params)) continue;
    const before = reuse
      ? trials.find((trial) => trial.state !== 'fail' && trial.state !== 'pruned' && areEqual(trial.params, params))
      : undefined;
    const template = { ...templateOf(space, params), systemAttributes: sampler.systemAttributes?.(study, number, together) };
    if (!before) return template;
    equal = { template, to: before };
    if (++equals > drawsOfEqual) break;
  }
  if (!equal)
    throw new DlError('refused', `The space of the study ${study.name} forbids everything: ${drawsOfForbidden} draws were in vain.`);
  const { template, to } = equal;
  if (to.state !== 'complete') return template;
  const now = new Date();
  return { ...template, state: 'complete', values: to.values, userAttributes: { sameAs: to.number }, start: now, complete: now };
}

function templateOf({ parameters }: SearchSpace, params: Params): TrialTemplate {
  return { params, distributions: Object.fromEntries(Object.keys(params).map((name) => [name, parameters[name]])) };
}

function areEqual(one: Params, other: Params): boolean {
  for (const name in one) if (!Object.hasOwn(other, name) || one[name] !== other[name]) return false;
  for (const name in other) if (!Object.hasOwn(one, name)) return false;
  return true;
}
