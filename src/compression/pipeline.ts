import { DlError } from '../core/errors.ts';
import type { Technique } from './technique.ts';

/**
 * Techniques one after the other; again a technique, so that pipelines can be put into pipelines.
 *
 * ```ts
 * export default pipeline([pruneUnits({ ratio: 0.5 }), fineTune({ epochs: 4 })]);
 * ```
 *
 * @throws DlError `config` for a pipeline without steps
 */
export function pipeline(steps: readonly Technique[]): Technique {
  const missing = steps.findIndex((step) => typeof step !== 'object' || step === null);
  if (missing >= 0)
    throw new DlError('config', `Step ${missing + 1} of the pipeline is no technique: write it as a call, pruneUnits({ ... }).`);
  if (steps.length === 0) throw new DlError('config', 'A pipeline needs at least one step: pipeline([pruneUnits({ ratio: 0.5 })]).');
  return {
    name: 'pipeline',
    label: steps.map((step) => step.label).join(', '),
    options: { steps: steps.map(({ name, options }) => ({ name, options })) },
    needs: steps.some(({ needs }) => needs === 'training') ? 'training' : steps.some(({ needs }) => needs === 'data') ? 'data' : 'nothing',
    steps,
  };
}

/** The steps that really do something: pipelines inside pipelines laid flat. */
export function stepsOf(technique: Technique): Technique[] {
  return technique.steps ? technique.steps.flatMap(stepsOf) : [technique];
}
