import { z } from 'zod';
import { augmentationSchema, noAugmentation } from '../data/augmentation/augmentation-settings.ts';
import type { ProjectParts } from './config-types.ts';
import { isPlainObject, schemaFromDefault } from './option-schema.ts';
import type { Part } from './part.ts';
import { defaultStepSettings } from './step-settings.ts';

/** One setting. */
export interface ValueNode {
  readonly kind: 'value';
  readonly schema: z.ZodType;
  /** Undefined: config.ts must give it. */
  readonly fallback: unknown;
  /** One line for help and docs; empty for the options of parts, whose docstrings tell. */
  readonly about: string;
}

/** Settings under one key. */
export interface GroupNode {
  readonly kind: 'group';
  readonly children: SettingNodes;
}

/** A choice by name, with the options of the chosen part: `model`. */
export interface PartNode {
  readonly kind: 'part';
  /** What it is called in messages: `model`, `loss`. */
  readonly family: string;
  readonly entries: readonly Part[];
  /** Settings that every entry has beside its own; one of the same name replaces it: `adamw` has another `weightDecay`. */
  readonly shared: SettingNodes;
  readonly about: string;
}

/** Several such choices: `training.metrics`. */
export interface PartListNode {
  readonly kind: 'partList';
  readonly item: PartNode;
}

/** Parts that are on or off, each under its own name: `callbacks`. */
export interface SwitchesNode {
  readonly kind: 'switches';
  readonly entries: readonly Part[];
  /** Those that are on where nothing is said. */
  readonly on: readonly string[];
}

export type SettingNode = ValueNode | GroupNode | PartNode | PartListNode | SwitchesNode;
export type SettingNodes = ReadonlyMap<string, SettingNode>;

const limit = z.number().min(0);
const stepNodes = {
  weightDecay: value(limit, defaultStepSettings.weightDecay, 'share of each weight that is taken away per step, times the rate'),
  excludeFromWeightDecay: value(z.array(z.string()), defaultStepSettings.excludeFromWeightDecay, 'patterns of weights that do not decay'),
  clipNorm: value(limit, defaultStepSettings.clipNorm, "greatest length of each weight's gradient; 0 is off"),
  globalClipNorm: value(limit, defaultStepSettings.globalClipNorm, 'greatest length of all gradients together; 0 is off'),
  clipValue: value(limit, defaultStepSettings.clipValue, 'greatest size of a value of the gradients; 0 is off'),
  learningRateMultipliers: value(
    z.record(z.string(), limit),
    defaultStepSettings.learningRateMultipliers,
    'factors of the learning rate by pattern of layers',
  ),
};

const augmentationNodes = Object.fromEntries(
  Object.entries(augmentationSchema).map(([name, [schema, about]]) => [
    name,
    value(schema, noAugmentation[name as keyof typeof noAugmentation], about),
  ]),
);

/** All settings of a project, in the order of config.ts. */
export function settingTree(parts: ProjectParts): GroupNode {
  const metric = part('metric', parts.metrics, 'measured after each epoch beside the loss');
  return group({
    name: value(z.string().min(1), undefined, "the project's name"),
    seed: value(z.int(), 0, 'every random choice follows from it: weights, order, split, dropout'),
    data: part('dataset', parts.datasets, 'what to learn from', {
      batchSize: value(z.int().min(1), 128, 'samples per training step'),
      validationSplit: value(z.number().min(0).lt(1), 0.1, 'share of the training data held back to judge each epoch'),
      folds: value(z.int().min(0), 0, 'parts of a cross-validation, in place of validationSplit; 0 is off'),
      fold: value(z.int().min(0), 0, 'which part validates, from 0'),
      stratifyFolds: value(z.boolean().optional(), undefined, 'whether the parts have the same share of every class: true unless said'),
      shuffleFolds: value(z.boolean().optional(), undefined, 'whether the samples of each part are drawn: true unless said'),
      foldSeed: value(z.int().optional(), undefined, 'of that draw; the seed of everything unless said'),
      sampling: value(z.enum(['shuffled', 'balanced']), 'shuffled', 'balanced: every class equally often'),
      classWeights: value(
        z.union([z.enum(['none', 'balanced']), z.array(z.number().min(0))]),
        'none',
        'how much a sample of each class counts in training',
      ),
      augmentation: group(augmentationNodes),
      workers: value(z.union([z.literal('auto'), z.int().min(0)]), 'auto', 'threads that read batches ahead'),
    }),
    model: part('model', parts.models, 'what learns', {
      weights: value(z.string().optional(), undefined, 'a run or a checkpoint whose weights it starts with'),
      freeze: value(z.union([z.string(), z.array(z.string())]).optional(), undefined, 'layers that are not trained'),
    }),
    training: group({
      epochs: value(z.int().min(1), undefined, 'passes over the training data'),
      loss: part('loss', parts.losses, 'what training makes small'),
      metrics: { kind: 'partList', item: metric },
      optimizer: part('optimizer', parts.optimizers, 'how the weights follow the gradients', stepNodes),
      monitor: value(z.string(), 'val_loss', 'decides which epoch is best and when to stop'),
      limitBatches: value(z.int().min(0), 0, 'only the first so many batches of each epoch; 0 is all'),
    }),
    callbacks: { kind: 'switches', entries: parts.callbacks, on: parts.defaultCallbacks ?? [] },
    compression: group({
      recipe: value(z.string(), '', 'the file `compression/<recipe>.ts` that `compress` runs'),
      duringTraining: value(
        z.union([z.boolean(), z.string().regex(/^(?!(true|false)$)/)]).optional(),
        undefined,
        'carries the recipe out while the model trains: true, or the name of another one',
      ),
    }),
  });
}

/** The options of a part as settings; nested objects become groups. */
export function optionNodes(defaults: object, schema: Part['schema'] = {}): SettingNodes {
  const nodes = new Map<string, SettingNode>();
  for (const [key, fallback] of Object.entries(defaults)) {
    const own = Object.hasOwn(schema, key) ? (schema as Record<string, z.ZodType>)[key] : undefined;
    const nested = own === undefined && isPlainObject(fallback) && Object.keys(fallback).length > 0;
    nodes.set(key, nested ? { kind: 'group', children: optionNodes(fallback) } : value(own ?? schemaFromDefault(fallback), fallback));
  }
  return nodes;
}

function value(schema: z.ZodType, fallback: unknown, about = ''): ValueNode {
  return { kind: 'value', schema, fallback, about };
}

function group(children: Record<string, SettingNode>): GroupNode {
  return { kind: 'group', children: new Map(Object.entries(children)) };
}

function part(family: string, entries: readonly Part[], about: string, shared: Record<string, SettingNode> = {}): PartNode {
  return { kind: 'part', family, entries, about, shared: new Map(Object.entries(shared)) };
}
