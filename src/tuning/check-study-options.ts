import { showValue } from '../config/show-value.ts';
import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import type { StudyOptions } from './create-study.ts';
import type { OptimizeOptions } from './study.ts';
import { isolations } from './workers/isolated-trial.ts';

/** Refuses options of `createStudy` that cannot be meant. @throws DlError `config` */
export function checkStudyOptions(options: StudyOptions): void {
  requireKnownOptions('createStudy', options, {
    name: true,
    storage: true,
    direction: true,
    directions: true,
    sampler: true,
    pruner: true,
    retries: true,
    reuseValues: true,
    loadIfExists: true,
    maxTrials: true,
    stopWhen: true,
  });
  const refuse = refusal('createStudy');
  const { name, direction = 'minimize', directions = [direction], sampler, pruner, maxTrials, stopWhen = {} } = options;
  if (typeof name !== 'string' || name === '') refuse('name', name, 'a text that says which study it is');
  if (!Array.isArray(directions) || directions.length === 0) refuse('directions', directions, "a list such as ['minimize', 'maximize']");
  for (const one of directions) {
    if (one !== 'minimize' && one !== 'maximize') refuse('direction', one, "'minimize' or 'maximize'");
  }
  if (sampler !== undefined && typeof sampler?.sampleRelative !== 'function')
    refuse('sampler', sampler, 'made by a function: tpeSampler()');
  if (pruner !== undefined && pruner !== 'none' && typeof pruner?.prune !== 'function')
    refuse('pruner', pruner, "made by a function, medianPruner(), or 'none'");
  requireKnownOptions('stopWhen', stopWhen, { target: true, noGainTrials: true });
  if (stopWhen.target !== undefined && !Number.isFinite(stopWhen.target)) refuse('stopWhen.target', stopWhen.target, 'a number');
  whole(refuse, 'stopWhen.noGainTrials', stopWhen.noGainTrials, 1);
  whole(refuse, 'maxTrials', maxTrials, 1);
  whole(refuse, 'retries', options.retries, 0);
}

/** Refuses options of `study.optimize` that cannot be meant. @throws DlError `config` */
export function checkOptimizeOptions(options: OptimizeOptions): void {
  requireKnownOptions('optimize', options, {
    trials: true,
    space: true,
    workers: true,
    isolation: true,
    retries: true,
    timeBudgetSeconds: true,
    timeoutSeconds: true,
    signal: true,
    waitForOthers: true,
    onChange: true,
    onTrialEnd: true,
  });
  const refuse = refusal('optimize');
  if (options.trials !== Number.POSITIVE_INFINITY) whole(refuse, 'trials', options.trials, 0);
  whole(refuse, 'workers', options.workers, 1);
  whole(refuse, 'retries', options.retries, 0);
  for (const key of ['timeBudgetSeconds', 'timeoutSeconds'] as const) {
    const seconds = options[key];
    if (seconds !== undefined && !(typeof seconds === 'number' && seconds > 0)) refuse(key, seconds, 'a number of seconds above 0');
  }
  if (options.isolation !== undefined && !isolations.includes(options.isolation))
    refuse('isolation', options.isolation, isolations.map((one) => `'${one}'`).join(' or '));
}

type Refuse = (key: string, value: unknown, allowed: string) => never;

function refusal(what: string): Refuse {
  return (key, value, allowed) => {
    throw new DlError('config', `${what}: ${key} is ${showValue(value)}; it must be ${allowed}.`);
  };
}

function whole(refuse: Refuse, key: string, value: number | undefined, least: number): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= least)) refuse(key, value, `a whole number, at least ${least}`);
}
