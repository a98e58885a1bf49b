import { DlError } from '../core/errors.ts';
import type { Features } from './features.ts';

/** `background` only helps with pictures from files. */
const judged = ['task', 'inputShape', 'outputs', 'outputNames', 'preprocessing', 'targetScaling'] as const;

/**
 * Refuses data that reaches a model in another form than in its training: with other means, categories or classes its answers would be
 * wrong without a sign. For tables they are fitted on the training rows, so that rows that were dealt out anew are noticed too.
 *
 * @param trained what the model's checkpoint says  @param now what the data says
 * @throws DlError `data` with the first difference
 */
export function requireSameFeatures(trained: Features, now: Features): void {
  const field = judged.find((one) => differ(trained[one], now[one]));
  if (field === undefined) return;
  throw new DlError(
    'data',
    `The data is not prepared as in the training: ${difference(field, trained, now)}. ` +
      'Its file, its rows or how they are split changed since, so that test samples may have trained the model. Put that back, or train again.',
  );
}

function difference(field: (typeof judged)[number], trained: Features, now: Features): string {
  const [before, after] = [trained.preprocessing, now.preprocessing];
  if (field === 'preprocessing' && before.kind === 'columns' && after.kind === 'columns') {
    const at = before.columns.findIndex((column, i) => differ(column, after.columns[i]));
    if (at >= 0) return `${JSON.stringify(before.columns[at].name)} was ${show(before.columns[at])}, is ${show(after.columns[at])}`;
  }
  return `${field} was ${show(trained[field])}, is ${show(now[field])}`;
}

function differ(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'not there';
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
