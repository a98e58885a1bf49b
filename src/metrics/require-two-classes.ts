import { DlError } from '../core/errors.ts';
import type { Features } from '../data/features.ts';

/** @throws DlError `config` where there is not one class to be told from one other */
export function requireTwoClasses(metric: string, { outputs }: Features): void {
  if (outputs <= 2) return;
  throw new DlError(
    'config',
    `training.metrics: ${metric} needs data of two classes, this data has ${outputs}. Use accuracy or leave the threshold out.`,
  );
}
