import { showValue } from '../config/show-value.ts';
import { DlError } from '../core/errors.ts';
import { requireValue } from './distribution.ts';
import type { Direction, TrialState, TrialTemplate } from './storage/study-storage.ts';

const states: readonly TrialState[] = ['running', 'complete', 'pruned', 'fail', 'waiting'];

/** Refuses a trial that a study's file cannot hold, or that Optuna would not read. @throws DlError `config` */
export function checkTemplate(trial: TrialTemplate, directions: readonly Direction[]): void {
  const refuse = (what: string): never => {
    throw new DlError('config', `addTrial: ${what}`);
  };
  const { state = 'running', values = null, params = {}, distributions = {} } = trial;
  if (!states.includes(state)) refuse(`the state is ${showValue(state)}; it must be one of ${states.join(', ')}.`);
  if (state === 'complete' && values === null) refuse('a complete trial needs its values: values: [0.93]');
  if (values !== null) {
    if (!values.every((value) => typeof value === 'number' && !Number.isNaN(value)))
      refuse(`the values are ${showValue(values)}, not numbers.`);
    if (state === 'complete' && values.length !== directions.length)
      refuse(`it got ${values.length} values, the study has ${directions.length} directions.`);
  }
  for (const [name, value] of Object.entries(params)) {
    if (!Object.hasOwn(distributions, name)) {
      refuse(
        `the parameter ${name} has no distribution: distributions: { ${showValue(name)}: { kind: 'float', low: 0, high: 1, log: false, step: null } }`,
      );
    }
    requireValue(name, distributions[name], value);
  }
  for (const step of Object.keys(trial.intermediateValues ?? {})) {
    if (!/^\d+$/.test(step)) refuse(`an intermediate value has the step ${step}; steps are whole numbers, at least 0.`);
  }
}
