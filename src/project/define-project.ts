import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtinCallbacks, defaultCallbacks } from '../callbacks/builtin-callbacks.ts';
import type { Callback, CallbackDefinition } from '../callbacks/callback.ts';
import { watchEpochs } from '../callbacks/watch-epochs.ts';
import { checkStart } from '../checkpoint/check-start.ts';
import { startFrom } from '../checkpoint/start-from.ts';
import { compressDuringTraining } from '../compression/compress-during-training.ts';
import type { Technique } from '../compression/technique.ts';
import type { AnyConfig, StartSettings } from '../config/config-types.ts';
import { isPlainObject } from '../config/option-schema.ts';
import type { Part } from '../config/part.ts';
import { DlError } from '../core/errors.ts';
import { findByName } from '../core/registry.ts';
import type { Features } from '../data/features.ts';
import { registerLayers } from '../layers/register-layers.ts';
import { builtinLosses } from '../losses/builtin-losses.ts';
import { builtinMetrics } from '../metrics/builtin-metrics.ts';
import type { Metric } from '../metrics/metric.ts';
import { createModel } from '../models/create-model.ts';
import { builtinOptimizers } from '../optimizers/builtin-optimizers.ts';
import { writeReport } from '../reporting/html/write-report.ts';
import type { Run } from '../runs/run.ts';
import { bestOverrides } from '../tuning/best-overrides.ts';
import { isStudyDefinition, type ProjectStudy } from '../tuning/study-definition.ts';
import { createCallbacks } from './create-callbacks.ts';
import { listModules, loadDefaultExport, loadFromFolder } from './load-module.ts';
import type { OwnParts, Project } from './project.ts';

/** Everything that can be made from `{ name, ...options }`. */
type Definition<Made> = Part & { create(options: never): Made };

type ModelSettings = { readonly name: string } & Partial<StartSettings>;

/**
 * Puts a project together: its own parts and the library's losses, metrics, optimizers and callbacks.
 *
 * ```ts
 * export const project = defineProject({ root: new URL('..', import.meta.url), datasets, models, layers, losses, metrics, callbacks });
 * ```
 *
 * @throws DlError `config` for a name that occurs twice, cannot be typed on a command line, or is a layer of tfjs's
 */
export function defineProject<const Own extends OwnParts>(own: { readonly root: URL | string } & Own): Project<Own> {
  const root = resolve(own.root instanceof URL ? fileURLToPath(own.root) : own.root);
  registerLayers(own.layers);
  const project = {
    root,
    datasets: checkNames('dataset', own.datasets),
    models: checkNames('model', own.models),
    losses: checkNames('loss', [...own.losses, ...builtinLosses]),
    metrics: checkNames('metric', [...own.metrics, ...builtinMetrics]),
    optimizers: builtinOptimizers,
    callbacks: checkNames('callback', [...own.callbacks, ...builtinCallbacks] as readonly CallbackDefinition[]),
    defaultCallbacks,

    createModel({ name, weights, freeze, ...options }: ModelSettings, features: Features, seed: number) {
      const model = createModel(findByName('model', own.models, name), options, features, seed);
      try {
        startFrom(model, { weights, freeze }, root);
        return model;
      } catch (error) {
        model.dispose();
        throw error;
      }
    },
    createLoss: (loss: { name: string }) => create('loss', project.losses, loss),
    createMetrics: (metrics: readonly { name: string }[]) => distinct(metrics.map((metric) => create('metric', project.metrics, metric))),
    createCallbacks: (config: Record<string, object | false | undefined>, run?: Run): Callback[] => [
      ...compressedMeanwhile(run),
      ...createCallbacks(project.callbacks, config, run),
      ...(run?.watch ? [watchEpochs(run.watch)] : []), // the checkpoint of the epoch is written
    ],

    async loadConfig() {
      const path = join(root, 'config.ts');
      if (!existsSync(path)) throw new DlError('missing', `There is no config.ts in ${root}.`);
      return loadDefaultExport(path, 'config.ts');
    },
    experimentNames: () => listModules(root, 'experiments'),
    async loadExperiment(name: string): Promise<object> {
      const experiment = await loadFromFolder(root, 'experiments', name, 'experiment');
      if (isPlainObject(experiment)) return experiment;
      throw new DlError('config', `experiments/${name}.ts exports no experiment. Write: export default defineExperiment<Project>({ ... })`);
    },
    async loadRecipe(name: string): Promise<Technique> {
      const recipe = await loadFromFolder(root, 'compression', name, 'recipe');
      if (isTechnique(recipe)) return recipe;
      throw new DlError('config', `compression/${name}.ts exports no technique. Write: export default pipeline([...])`);
    },
    async loadStudy(name: string): Promise<ProjectStudy> {
      const study = await loadFromFolder(root, 'tuning', name, 'study');
      if (isStudyDefinition(study)) return { ...study, name, project };
      throw new DlError('config', `tuning/${name}.ts exports no study. Write: export default gridSearch<Config>({ space, scoring })`);
    },
    async studyOverrides(name: string) {
      const { storage } = await project.loadStudy(name); // knows which studies there are
      return bestOverrides(root, name, storage);
    },
    checkStart: (config: AnyConfig) => checkStart(config, root),
    writeReport,
  };
  /** The callback that carries a recipe out during training, where the config asks for it. */
  function compressedMeanwhile(run: Run | undefined): Callback[] {
    const { recipe, duringTraining = false } = run?.config.compression ?? {};
    const name = duringTraining === true ? recipe : duringTraining;
    if (!run || !name) return [];
    const { training, seed } = run.config;
    const settings = { ...training, loss: project.createLoss(training.loss), metrics: project.createMetrics(training.metrics), seed };
    const file = run.path(name, 'model.safetensors');
    const onFile = (text: string) => run.print(`  ${run.shown(file)}, ${text}`);
    return [compressDuringTraining(() => project.loadRecipe(name), { training: settings, file, onFile })];
  }
  return project as unknown as Project<Own>;
}

function create<Made>(kind: string, definitions: readonly Definition<Made>[], { name, ...options }: { name: string }): Made {
  const definition = findByName(kind, definitions, name);
  return definition.create({ ...definition.defaults, ...options } as never);
}

function distinct(metrics: Metric[]): Metric[] {
  const names = metrics.map((metric) => metric.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return metrics;
  throw new DlError('config', `training.metrics has two metrics with the log key ${twice}. Leave one out.`);
}

function checkNames<T extends readonly Part[]>(kind: string, parts: T): T {
  const seen = new Set<string>();
  for (const { name } of parts) {
    if (!/^[A-Za-z][\w-]*$/.test(name)) {
      throw new DlError('config', `The ${kind} name ${JSON.stringify(name)} cannot be typed as a setting. Use letters, digits, - and _.`);
    }
    if (seen.has(name)) throw new DlError('config', `There is more than one ${kind} named ${name}. Rename one of yours.`);
    seen.add(name);
  }
  return parts;
}

function isTechnique(value: unknown): value is Technique {
  return typeof value === 'object' && value !== null && typeof (value as Technique).name === 'string' && 'needs' in value;
}
