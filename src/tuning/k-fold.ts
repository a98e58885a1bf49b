import { showValue } from '../config/show-value.ts';
import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';

/** How the training data is cut for cross-validation. */
export interface CrossValidation {
  readonly folds: number;
  /** Each fold has the same share of every class, where there are classes. @default true */
  readonly stratified?: boolean;
  /** Draws the samples of each fold, instead of taking them in their order. @default true */
  readonly shuffle?: boolean;
  /** Of the draw. @default the config's seed */
  readonly seed?: number;
}

/**
 * Cuts the training data into parts: each is once what the others are judged by (scikit-learn's KFold and StratifiedKFold).
 * @throws DlError `config` for fewer than 2
 */
export function kFold(folds: number, options: Omit<CrossValidation, 'folds'> = {}): CrossValidation {
  if (!Number.isInteger(folds) || folds < 2)
    throw new DlError('config', `kFold got ${showValue(folds)}; it needs a whole number, at least 2.`);
  requireKnownOptions('kFold', options, { stratified: true, shuffle: true, seed: true });
  return { folds, ...options };
}

/** @param what the study's kind, for messages @throws DlError `config` for anything else than `kFold` gives */
export function checkCv(what: string, cv: unknown): void {
  if (typeof cv === 'object' && cv !== null && Number.isInteger((cv as CrossValidation).folds)) return;
  throw new DlError('config', `${what}: cv is ${showValue(cv)}; write cv: kFold(${Number.isInteger(cv) && (cv as number) > 1 ? cv : 3})`);
}

/** The settings of one fold, by key of config.ts. */
export function foldSettings({ folds, stratified, shuffle, seed }: CrossValidation, fold: number): Readonly<Record<string, unknown>> {
  return {
    'data.folds': folds,
    'data.fold': fold,
    ...(stratified !== undefined && { 'data.stratifyFolds': stratified }),
    ...(shuffle !== undefined && { 'data.shuffleFolds': shuffle }),
    ...(seed !== undefined && { 'data.foldSeed': seed }),
  };
}
