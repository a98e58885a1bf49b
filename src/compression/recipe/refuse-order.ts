import { DlError } from '../../core/errors.ts';
import type { Technique } from '../technique.ts';

/** Refuses a step that changes layers whose weights a step before it holds. @throws DlError `refused` */
export function refuseOrder(steps: readonly Technique[]): void {
  steps.forEach((step, index) => {
    const holding = steps.slice(0, index).find(({ project }) => project);
    if (!(step.rewrite && !step.keepsKernels && holding)) return;
    throw new DlError(
      'refused',
      `The recipe has ${step.name} after ${holding.name}, but it changes the layers whose weights ${holding.name} holds: put ${step.name} first.`,
    );
  });
}
