import { DlError } from '../../core/errors.ts';

/** When weights are pruned while fine-tuning; plain JSON. Steps count from the pruning on. */
export type SparsitySchedule =
  | { readonly name: 'constantSparsity'; readonly beginStep: number }
  | {
      readonly name: 'polynomialDecay';
      readonly initialSparsity: number;
      readonly beginStep: number;
      readonly endStep: number;
      readonly power: number;
      readonly frequency: number;
    };

/** Prunes once, at `beginStep`; the weights train freely until then. @default beginStep 0: at once */
export function constantSparsity({ beginStep = 0 }: { beginStep?: number } = {}): SparsitySchedule {
  return { name: 'constantSparsity', beginStep };
}

/** As TFMOT's `PolynomialDecay`; the final sparsity is `1 - keep` of each layer. */
export interface PolynomialDecayOptions {
  /** Share of zeros at `beginStep`. @default 0 */
  initialSparsity?: number;
  /** @default 0 */
  beginStep?: number;
  /** The step from which the final sparsity holds. */
  endStep: number;
  /** 1 is a straight line; 3 prunes much at first. @default 3 */
  power?: number;
  /** Prunes every so many steps. @default 100 */
  frequency?: number;
}

/** Prunes more and more, quickly at first (Zhu and Gupta, "To prune, or not to prune", 2017). */
export function polynomialDecay(options: PolynomialDecayOptions): SparsitySchedule {
  return { name: 'polynomialDecay', initialSparsity: 0, beginStep: 0, power: 3, frequency: 100, ...options };
}

/** The step from which nothing changes any more. */
export function lastStepOf(schedule: SparsitySchedule): number {
  return schedule.name === 'constantSparsity' ? schedule.beginStep : schedule.endStep;
}

/** Whether weights are chosen anew after this step. */
export function prunesAt(schedule: SparsitySchedule, step: number): boolean {
  if (step === lastStepOf(schedule)) return true;
  if (schedule.name === 'constantSparsity') return false;
  const { beginStep, endStep, frequency } = schedule;
  return step >= beginStep && step < endStep && (step - beginStep) % frequency === 0;
}

/** The share of weights that stays after a step that prunes. @param finalKeep the share at the end */
export function keepAt(schedule: SparsitySchedule, step: number, finalKeep: number): number {
  if (schedule.name === 'constantSparsity' || step >= schedule.endStep) return finalKeep;
  const { beginStep, endStep, initialSparsity, power } = schedule;
  const initialKeep = Math.max(1 - initialSparsity, finalKeep);
  return finalKeep + (initialKeep - finalKeep) * (1 - (step - beginStep) / (endStep - beginStep)) ** power;
}

/** @throws DlError `config` for numbers that cannot be */
export function checkSchedule(schedule: SparsitySchedule): void {
  const whole = (key: string, value: number, least: number) => {
    if (!Number.isInteger(value) || value < least) {
      throw new DlError('config', `${schedule.name} ${key} is ${value}; it must be a whole number, at least ${least}.`);
    }
  };
  whole('beginStep', schedule.beginStep, 0);
  if (schedule.name === 'constantSparsity') return;
  whole('endStep', schedule.endStep, schedule.beginStep + 1);
  whole('frequency', schedule.frequency, 1);
  if (!(schedule.power > 0)) throw new DlError('config', `polynomialDecay power is ${schedule.power}; it must be above 0.`);
  if (!(schedule.initialSparsity >= 0 && schedule.initialSparsity < 1)) {
    throw new DlError('config', `polynomialDecay initialSparsity is ${schedule.initialSparsity}; it must be at least 0 and below 1.`);
  }
}
