import type { AugmentationSettings } from '../data/augmentation/augmentation-settings.ts';
import type { ClassWeights } from '../data/sampling/class-weights.ts';
import type { LayerPatterns } from '../layers/freeze.ts';
import type { OptionsOf, Part, PartChanges, PartConfig, PartInput, PartReference } from './part.ts';
import type { StepSettings } from './step-settings.ts';

/** The families of parts a project consists of; `defineProject` makes it, config.ts is typed by it. */
export interface ProjectParts {
  readonly datasets: readonly Part[];
  readonly models: readonly Part[];
  readonly losses: readonly Part[];
  readonly metrics: readonly Part[];
  readonly optimizers: readonly Part[];
  /** `watchesOnly`: it changes neither weights nor rates, so that it may be changed when a training goes on. */
  readonly callbacks: readonly (Part & { readonly watchesOnly?: boolean })[];
  /** Callbacks that are on unless config.ts sets them to false. @default none */
  readonly defaultCallbacks?: readonly string[];
}

/** The settings every dataset has beside its own. */
export interface LoadingSettings {
  /** Samples per training step. @default 128 */
  batchSize: number;
  /** Share of the training data that is held back to judge each epoch, chosen with the seed. @default 0.1 */
  validationSplit: number;
  /** Cuts the training data into this many parts for cross-validation, in place of `validationSplit`; 0 is off. @default 0 */
  folds?: number;
  /** Which of the parts validates, from 0. @default 0 */
  fold?: number;
  /** The parts have the same share of every class. @default true */
  stratifyFolds?: boolean;
  /** Draws the samples of each part, instead of taking them in their order. @default true */
  shuffleFolds?: boolean;
  /** Of that draw. @default the config's seed */
  foldSeed?: number;
  /** `balanced` takes every class equally often. @default 'shuffled' */
  sampling?: 'shuffled' | 'balanced';
  /** How much a sample of each class counts in training: `balanced`, or one number per class. @default 'none' */
  classWeights?: ClassWeights;
  /** How training images are changed, anew in every epoch. @default not at all */
  augmentation?: Partial<AugmentationSettings>;
  /** Threads that read batches ahead, where reading takes long: images in files. @default 'auto' */
  workers?: number | 'auto';
}

/** The settings every model has beside its own. */
export interface StartSettings {
  /** A run, or the path of a checkpoint, whose weights the model takes over. @default none: they are drawn from the seed */
  weights: string;
  /** Layers that are not trained; `*` stands for any letters. @default none */
  freeze: LayerPatterns;
}

type Named<Parts extends readonly Part[]> = Parts[number]['name'];

/** What one may monitor: `loss`, a metric, or either on the validation data (`val_loss`). */
export type LogKey<P extends ProjectParts> = ConfigOf<P>['training']['monitor'];

/** What config.ts holds: plain data; what is left out has a default. */
export type ConfigInput<P extends ProjectParts> = {
  /** The project's name. */
  name: string;
  /** Every random choice follows from it: weights, order, split, dropout. @default 0 */
  seed?: number;
  /** What to learn from: one of `src/data/`, with its options. */
  data: PartInput<P['datasets'][number]> & Partial<LoadingSettings>;
  /** What learns: one of `src/models/`, with its options. */
  model: PartInput<P['models'][number]> & Partial<StartSettings>;
  training: {
    /** Passes over the training data. */
    epochs: number;
    /** What training makes small: a name, or `{ name, ...options }`. */
    loss: PartReference<P['losses'][number]>;
    /** What else is measured after each epoch. @default [] */
    metrics?: readonly PartReference<P['metrics'][number]>[];
    /** How the weights follow the gradients: a name, or `{ name, ...options }`. */
    optimizer: Named<P['optimizers']> | (PartInput<P['optimizers'][number]> & Partial<StepSettings>);
    /** Decides which epoch is best and when to stop. @default 'val_loss' */
    monitor?: 'loss' | 'val_loss' | Named<P['metrics']> | `val_${Named<P['metrics']>}`;
    /** Only the first so many training and validation batches of each epoch; 0 is all. @default 0 */
    limitBatches?: number;
  };
  /** What else happens during training: `{}` for the defaults, `false` to switch off one that is on by itself. */
  callbacks?: { [C in P['callbacks'][number] as C['name']]?: Partial<OptionsOf<C>> | false };
  compression?: {
    /** The file `compression/<recipe>.ts`. */
    recipe: string;
    /** Carries the recipe out while the model trains instead of afterwards: `true`, or the name of another one. @default false */
    duringTraining?: boolean | string;
  };
};

/** What a file of `experiments/` holds: changes to config.ts, each of its settings optional. */
export type ExperimentInput<P extends ProjectParts> = {
  name?: string;
  seed?: number;
  data?: PartChanges<P['datasets'][number]> & Partial<LoadingSettings>;
  model?: PartChanges<P['models'][number]> & Partial<StartSettings>;
  training?: {
    epochs?: number;
    loss?: Named<P['losses']> | PartChanges<P['losses'][number]>;
    /** The whole list: it replaces that of config.ts. */
    metrics?: ConfigInput<P>['training']['metrics'];
    optimizer?: Named<P['optimizers']> | (PartChanges<P['optimizers'][number]> & Partial<StepSettings>);
    monitor?: ConfigInput<P>['training']['monitor'];
    limitBatches?: number;
  };
  callbacks?: ConfigInput<P>['callbacks'];
  compression?: ConfigInput<P>['compression'];
};

/** The config as resolved: every default filled in. This is what `train(config, run)` gets. */
export type ConfigOf<P extends ProjectParts> = {
  name: string;
  seed: number;
  data: PartConfig<P['datasets'][number]> & LoadingSettings;
  model: PartConfig<P['models'][number]> & Partial<StartSettings>;
  training: {
    epochs: number;
    loss: PartConfig<P['losses'][number]>;
    metrics: PartConfig<P['metrics'][number]>[];
    optimizer: PartConfig<P['optimizers'][number]> & Partial<StepSettings>;
    // Not LogKey: editors would show that word instead of the keys.
    monitor: 'loss' | 'val_loss' | Named<P['metrics']> | `val_${Named<P['metrics']>}`;
    limitBatches?: number;
  };
  callbacks: { [C in P['callbacks'][number] as C['name']]?: OptionsOf<C> | false };
  compression: { recipe: string; duringTraining?: boolean | string };
};

/** Any resolved config, for code that does not know the project. */
export type AnyConfig = ConfigOf<ProjectParts>;

/** The dotted keys of a config: `training.optimizer.learningRate`. */
export type ConfigKey<T> = T extends readonly unknown[]
  ? never
  : T extends object
    ? // A record has names of its own, not keys of settings: it is given whole.
      string extends keyof T
      ? never
      : { [K in keyof T & string]: K | `${K}.${ConfigKey<NonNullable<T[K]>>}` }[keyof T & string]
    : never;

/** The type of the setting at a dotted key. */
export type ConfigValue<T, Key extends string> = T extends object
  ? Key extends `${infer Head}.${infer Rest}`
    ? Head extends keyof T
      ? ConfigValue<NonNullable<T[Head]>, Rest>
      : never
    : Key extends keyof T
      ? T[Key]
      : never
  : never;
