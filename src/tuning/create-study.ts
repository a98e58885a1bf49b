import { DlError } from '../core/errors.ts';
import { checkStudyOptions } from './check-study-options.ts';
import type { StudyLimits } from './limits.ts';
import { medianPruner } from './pruners/median-pruner.ts';
import type { Pruner } from './pruners/pruner.ts';
import type { Sampler } from './samplers/sampler.ts';
import { tpeSampler } from './samplers/tpe-sampler.ts';
import { memoryJournal } from './storage/journal.ts';
import { journalStorage } from './storage/journal-storage.ts';
import type { Direction, StudyStorage } from './storage/study-storage.ts';
import { Study } from './study.ts';
import { isolatedTrial } from './workers/isolated-trial.ts';

export interface StudyOptions extends StudyLimits {
  readonly name: string;
  /** @default one that is gone with the process */
  readonly storage?: StudyStorage;
  /** @default 'minimize' */
  readonly direction?: Direction;
  /** For objectives that return several values: what is better, for each. @default the one `direction` */
  readonly directions?: readonly Direction[];
  /** @default tpeSampler() */
  readonly sampler?: Sampler;
  /** What `trial.shouldPrune` asks; 'none': nothing is pruned. @default medianPruner() */
  readonly pruner?: Pruner | 'none';
  /** How often a trial is tried again that threw, or whose process was killed; what gave NaN or took too long is not. @default 0 */
  readonly retries?: number;
  /**
   * The objective always gives the same for the same parameters: of a space declared in `ask` or `optimize` nothing is computed twice, a value is taken
   * over instead. @default false
   */
  readonly reuseValues?: boolean;
  /** Goes on with a study of that name instead of refusing it. @default false */
  readonly loadIfExists?: boolean;
}

/**
 * Begins a study, or goes on with it. Trials that a killed process left running become failed ones.
 * @throws DlError `refused` where there is one of that name, or it has other directions; `config` for options that there are not, or that cannot be meant
 */
export async function createStudy(options: StudyOptions): Promise<Study> {
  checkStudyOptions(options);
  const { name, storage = journalStorage(memoryJournal()), direction = 'minimize', directions = [direction] } = options;
  const { sampler = tpeSampler(), pruner = medianPruner(), retries = 0, reuseValues = false } = options;
  const { loadIfExists = false, maxTrials, stopWhen } = options;
  if (stopWhen && directions.length > 1)
    throw new DlError('config', 'stopWhen needs a study with one direction: which value should decide?');
  const existing = await storage.study(name);
  if (existing && !loadIfExists && isolatedTrial()?.study !== name) {
    throw new DlError('refused', `There is a study ${name} already. Choose another name, or go on with it: loadIfExists: true.`);
  }
  if (existing && existing.directions.join() !== directions.join()) {
    throw new DlError(
      'refused',
      `The study ${name} is to ${existing.directions.join(', ')}, not to ${directions.join(', ')}. Choose another name.`,
    );
  }
  const id = existing?.id ?? (await storage.createStudy(name, directions));
  const study = new Study(
    { id, name, directions },
    { storage, sampler, pruner: pruner === 'none' ? undefined : pruner, retries, reuseValues, maxTrials, stopWhen },
  );
  await study.endLostTrials();
  return study;
}
