import { DlError } from '../core/errors.ts';
import type { Features, Preprocessing } from '../data/features.ts';
import { checkFeatures } from '../inference/model-features.ts';

/** What a file from elsewhere may not say of its data. */
export interface ImportedData {
  /** @default `classification` where the model ends with softmax or sigmoid or has several outputs */
  readonly task?: Features['task'];
  /** Class names, or what the predicted numbers are called. @default those of the file; else `0`, `1`, ... */
  readonly outputNames?: readonly string[];
  /** How raw values become inputs. @default as they are */
  readonly preprocessing?: Preprocessing;
}

/** What is known of a model from elsewhere. */
export interface KnownData {
  readonly inputShape: readonly number[];
  readonly outputs: number;
  readonly endsWith: 'softmax' | 'sigmoid' | 'other';
  /** `Features` as JSON, where we wrote the file; unchecked. */
  readonly features?: string;
  /** Class names as JSON, unchecked. */
  readonly classes?: string;
}

/** The features of a model: those that we wrote into its file once, else what can be told from its layers; options go first. */
export function describeData(
  known: KnownData,
  { task, outputNames, preprocessing }: ImportedData,
): { features: Features; notes: string[] } {
  const given = { ...(task && { task }), ...(outputNames && { outputNames }), ...(preprocessing && { preprocessing }) };
  const own = ownFeatures(known);
  if (own) return { features: checked({ ...own, ...given }), notes: [] };
  const isClassifier = (task ?? (known.endsWith !== 'other' || known.outputs > 1 ? 'classification' : 'regression')) === 'classification';
  const count = isClassifier && known.outputs === 1 ? 2 : known.outputs;
  const names = namesIn(known.classes, count);
  const features: Features = {
    task: isClassifier ? 'classification' : 'regression',
    inputShape: known.inputShape,
    outputs: known.outputs,
    outputNames: outputNames ?? names ?? Array.from({ length: count }, (_, i) => String(i)),
    preprocessing: preprocessing ?? { kind: 'scale', scale: 1, offset: 0 },
  };
  const notes = [
    ...(isClassifier && known.endsWith === 'other'
      ? ['The model ends without softmax: its outputs are no probabilities. addSoftmax (import --softmax) adds one.']
      : []),
    ...(outputNames || names ? [] : ['The file names no classes: they are called by their numbers. Give outputNames (import --classes).']),
    ...(preprocessing
      ? []
      : [
          'The file says nothing of preprocessing: inputs are taken as they come. Give preprocessing (import --scale), as in its training.',
        ]),
  ];
  return { features: checked(features), notes };
}

function checked(features: Features): Features {
  try {
    return checkFeatures(features) as Features;
  } catch (cause) {
    if (!(cause instanceof DlError)) throw cause;
    throw new DlError('config', `The model's data is not described well: ${cause.message}`, { cause });
  }
}

/** Undefined where the file says nothing that fits its layers. */
function ownFeatures({ features, inputShape, outputs }: KnownData): Features | undefined {
  if (features === undefined) return undefined;
  try {
    const own = checkFeatures(JSON.parse(features)) as Features;
    return own.inputShape.join() === inputShape.join() && own.outputs === outputs ? own : undefined;
  } catch {
    return undefined;
  }
}

/** A list, or as some write it an object by number. */
function namesIn(classes: string | undefined, count: number): string[] | undefined {
  if (classes === undefined) return undefined;
  try {
    const names = Object.values(JSON.parse(classes));
    return names.length === count && names.every((name) => typeof name === 'string') ? (names as string[]) : undefined;
  } catch {
    return undefined;
  }
}
