import { showValue } from '../config/show-value.ts';
import { DlError } from '../core/errors.ts';
import type { Technique } from './technique.ts';

export interface PipelineOptions {
  /**
   * How much worse the model may become, in points of the accuracy that judges the steps (1: from 99.2 % to 98.2 %), in per cent of
   * any other metric. Judged after each step that trains and after the last one; where it is exceeded, the steps since
   * the last good ones are undone and the recipe ends. @default any
   */
  maxDrop?: number;
}

/**
 * Techniques one after the other; again a technique, so that pipelines can be put into pipelines.
 *
 * ```ts
 * export default pipeline([pruneUnits({ ratio: 0.5 }), fineTune({ epochs: 4 })]);
 * ```
 *
 * @throws DlError `config` for a pipeline without steps, and a `maxDrop` below 0
 */
export function pipeline(steps: readonly Technique[], { maxDrop }: PipelineOptions = {}): Technique {
  const missing = steps.findIndex((step) => typeof step !== 'object' || step === null);
  if (missing >= 0)
    throw new DlError('config', `Step ${missing + 1} of the pipeline is no technique: write it as a call, pruneUnits({ ... }).`);
  if (steps.length === 0) throw new DlError('config', 'A pipeline needs at least one step: pipeline([pruneUnits({ ratio: 0.5 })]).');
  if (maxDrop !== undefined && !(maxDrop >= 0))
    throw new DlError('config', `pipeline maxDrop is ${showValue(maxDrop)}; it must be a number from 0 on.`);
  return {
    name: 'pipeline',
    label: steps.map((step) => step.label).join(', '),
    options: { steps: steps.map(({ name, options }) => ({ name, options })), ...(maxDrop !== undefined && { maxDrop }) },
    maxDrop,
    needs: steps.some(({ needs }) => needs === 'training') ? 'training' : steps.some(({ needs }) => needs === 'data') ? 'data' : 'nothing',
    steps,
  };
}

/** The steps that really do something: pipelines inside pipelines laid flat. */
export function stepsOf(technique: Technique): Technique[] {
  return technique.steps ? technique.steps.flatMap(stepsOf) : [technique];
}
