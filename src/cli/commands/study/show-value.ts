import { formatLog } from '../../../core/format.ts';
import type { FrozenStudy } from '../../../tuning/storage/study-storage.ts';
import { fingerprintKey, type StudyFingerprint } from '../../../tuning/study-fingerprint.ts';

/** What a trial is worth, as `npm run tune` prints it; six digits of a value whose name is not known, as in studies that Optuna began. */
export function showValue({ userAttributes }: FrozenStudy, value: number | null | undefined): string {
  if (value === null || value === undefined) return '';
  const scoring = (userAttributes[fingerprintKey] as StudyFingerprint | undefined)?.scoring;
  return scoring ? formatLog(scoring, value) : String(Number(value.toPrecision(6)));
}
