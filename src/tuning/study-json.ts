import { z } from 'zod';
import { DlError } from '../core/errors.ts';
import type { Choice } from './distribution.ts';
import { metricNamesOf } from './metric-names.ts';
import type { FrozenStudy, TrialTemplate } from './storage/study-storage.ts';

const notFinite = ['NaN', 'Infinity', '-Infinity'] as const;
/** JSON has no NaN: a text stands for it. */
const number = z.union([z.number(), z.enum(notFinite).transform(Number)]);
/** Optuna's Python allows lists too, such as the units of several layers. */
const choice = z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(z.json())]).transform((value) => value as Choice);
const time = z.iso.datetime().nullable().transform((text) => (text === null ? null : new Date(text))); // biome-ignore format: one line
const distribution = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('float'), low: z.number(), high: z.number(), log: z.boolean(), step: z.number().nullable() }),
  z.object({ kind: z.literal('int'), low: z.number(), high: z.number(), log: z.boolean(), step: z.number() }),
  z.object({ kind: z.literal('categorical'), choices: z.array(choice) }),
]);
const attributes = z.record(z.string(), z.unknown());
const trial = z.object({
  state: z.enum(['running', 'complete', 'pruned', 'fail', 'waiting']),
  values: z.array(number).nullable(),
  params: z.record(z.string(), choice),
  distributions: z.record(z.string(), distribution),
  intermediateValues: z.record(z.string().regex(/^\d+$/), number),
  userAttributes: attributes,
  systemAttributes: attributes,
  start: time,
  complete: time,
});
const exportedStudy = z.object({
  name: z.string().min(1),
  directions: z.array(z.enum(['minimize', 'maximize'])).min(1),
  userAttributes: attributes,
  metricNames: z.array(z.string()).optional(),
  trials: z.array(trial),
});

/** A study as it is passed on. */
export interface ExportedStudy extends Pick<FrozenStudy, 'name' | 'directions' | 'userAttributes'> {
  /** What the values of its trials are called. */
  readonly metricNames?: readonly string[];
  readonly trials: readonly TrialTemplate[];
}

/** The whole study as JSON, for other programs and for `readStudyJson`. */
export function studyAsJson(study: FrozenStudy): string {
  const { name, directions, userAttributes, trials } = study;
  const shown = trials.map(({ id: _id, workerId: _worker, value: _value, constraints: _constraints, ...one }) => one);
  const write = (_: string, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value);
  return `${JSON.stringify({ name, directions, metricNames: metricNamesOf(study), userAttributes, trials: shown }, write, 2)}\n`;
}

/** @param source for messages @throws DlError `file` for a text that is no study */
export function readStudyJson(text: string, source: string): ExportedStudy {
  try {
    return exportedStudy.parse(JSON.parse(text));
  } catch (cause) {
    const first = cause instanceof z.ZodError ? `${cause.issues[0].path.join('.')}: ${cause.issues[0].message}` : (cause as Error).message;
    throw new DlError('file', `${source} is not a study as \`dl-project study export\` writes it. ${first}`, { cause });
  }
}
