import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { builtinCallbacks } from '../callbacks/builtin-callbacks.ts';
import type { Callback, CallbackDefinition } from '../callbacks/callback.ts';
import type { Technique } from '../compression/technique.ts';
import type { AnyConfig, ConfigInput, ConfigOf, ExperimentInput, ProjectParts, StartSettings } from '../config/config-types.ts';
import type { OptionsOf, PartConfig } from '../config/part.ts';
import type { Overrides } from '../config/resolve-config.ts';
import type { DatasetDefinition } from '../data/define-dataset.ts';
import type { Features } from '../data/features.ts';
import type { LayerClass } from '../layers/define-layer.ts';
import type { builtinLosses } from '../losses/builtin-losses.ts';
import type { Loss, LossDefinition } from '../losses/loss.ts';
import type { builtinMetrics } from '../metrics/builtin-metrics.ts';
import type { Metric, MetricDefinition } from '../metrics/metric.ts';
import type { ModelDefinition } from '../models/define-model.ts';
import type { builtinOptimizers } from '../optimizers/builtin-optimizers.ts';
import type { Run } from '../runs/run.ts';
import type { ProjectStudy } from '../tuning/study-definition.ts';

/** The parts that a project brings itself. */
export interface OwnParts {
  readonly datasets: readonly DatasetDefinition[];
  readonly models: readonly ModelDefinition[];
  /** Beside tfjs's, for its models; saved models that have one can be loaded. @default none */
  readonly layers?: readonly { readonly layerClass: LayerClass }[];
  /** Beside the library's losses. */
  readonly losses: readonly LossDefinition[];
  /** Beside the library's metrics. */
  readonly metrics: readonly MetricDefinition[];
  /** Beside the library's callbacks. */
  readonly callbacks: readonly CallbackDefinition[];
}

/** A family of parts: the project's own and the library's. */
type With<Own extends readonly unknown[], Builtin extends readonly unknown[]> = readonly (Own[number] | Builtin[number])[];

/** The parts that config.ts may name, and how they are made. `defineProject` makes it; config.ts is typed by it. */
export interface Project<Own extends OwnParts = OwnParts> extends ProjectParts {
  /** The project's folder, absolute. */
  readonly root: string;
  readonly datasets: Own['datasets'];
  readonly models: Own['models'];
  readonly losses: With<Own['losses'], typeof builtinLosses>;
  readonly metrics: With<Own['metrics'], typeof builtinMetrics>;
  readonly optimizers: typeof builtinOptimizers;
  readonly callbacks: With<Own['callbacks'], typeof builtinCallbacks>;
  readonly defaultCallbacks: readonly string[];

  /**
   * Builds the model and draws its initial weights from `seed`, or takes those that `model.weights` names; freezes what `model.freeze` names.
   * @throws DlError `shape` for data the model cannot take and for weights of another model, `config` for options it cannot be built with
   */
  createModel(model: PartConfig<Own['models'][number]> & Partial<StartSettings>, features: Features, seed: number): LayersModel;
  createLoss(loss: PartConfig<Project<Own>['losses'][number]>): Loss;
  /** @throws DlError `config` for two metrics that would have one log key */
  createMetrics(metrics: readonly PartConfig<Project<Own>['metrics'][number]>[]): Metric[];
  /**
   * The callbacks that are switched on; within a run also the default ones that are not set to false.
   * @param run where they write
   */
  createCallbacks(callbacks: CallbackConfig<Project<Own>['callbacks']>, run?: Run<ConfigOf<Project<Own>>>): Callback[];

  /** What `config.ts` exports. @throws DlError `missing` where there is none */
  loadConfig(): Promise<ConfigInput<Project<Own>>>;
  /** The names of the files in `experiments/`. */
  experimentNames(): readonly string[];
  /** What `experiments/<name>.ts` changes of the config. @throws DlError `name` for an unknown one, `config` where it exports something else */
  loadExperiment(name: string): Promise<ExperimentInput<Project<Own>>>;
  /** The recipe `compression/<name>.ts`. @throws DlError `name` for an unknown one, `config` where the file exports something else */
  loadRecipe(name: string): Promise<Technique>;
  /** The study `tuning/<name>.ts`. @throws DlError `name` for an unknown one, `config` where the file exports something else */
  loadStudy(name: string): Promise<ProjectStudy>;
  /** The settings of the best trial of a study. @throws DlError `missing` where it has none yet */
  studyOverrides(name: string): Promise<Overrides>;
  /**
   * Refuses what `model.weights`, `model.freeze` and the like cannot mean, before the data is read.
   * @throws DlError `missing`, `name` or `file` where there are no such weights, `config` for patterns that none of their layers has
   */
  checkStart(config: AnyConfig): void;
  /** Makes `report.html` of a run from its files. @returns its path */
  writeReport(folder: string): string;
}

type CallbackConfig<Callbacks extends readonly CallbackDefinition[]> = {
  readonly [C in Callbacks[number] as C['name']]?: OptionsOf<C> | false;
};
