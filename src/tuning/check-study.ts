import { parseDuration } from '../callbacks/parse-duration.ts';
import { showValue } from '../config/show-value.ts';
import { DlError } from '../core/errors.ts';
import type { ProjectStudy } from './study-definition.ts';

/** Refuses numbers of a study that cannot be meant; its space is checked by `planTrials`. @throws DlError `config` */
export function checkStudy(study: ProjectStudy): void {
  const { name, direction, stopWhen: { target, noGainTrials } = {} } = study;
  const refuse = (key: string, value: unknown, allowed: string) => {
    throw new DlError('config', `tuning/${name}.ts: ${key} is ${showValue(value)}; it must be ${allowed}.`);
  };
  const whole = (key: string, value: unknown, least: number) => {
    if (value !== undefined && !(Number.isInteger(value) && (value as number) >= least))
      refuse(key, value, `a whole number, at least ${least}`);
  };
  whole('maxTrials', study.maxTrials, 1);
  whole('workers', study.workers, 1);
  whole('retries', study.retries, 0);
  whole('stopWhen.noGainTrials', noGainTrials, 1);
  if (target !== undefined && !Number.isFinite(target)) refuse('stopWhen.target', target, 'a number');
  if (direction !== undefined && direction !== 'maximize' && direction !== 'minimize')
    refuse('direction', direction, "'maximize' or 'minimize'");
}

/** @throws DlError `config` for a text that is no time */
export function secondsOf({ name }: ProjectStudy, key: 'timeBudget' | 'timeout', text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = parseDuration(text);
  if (seconds) return seconds;
  throw new DlError('config', `The study ${name}: ${key} is ${showValue(text)}, which is no time. Write 90s, 30m, 2h or 1h30m.`);
}
