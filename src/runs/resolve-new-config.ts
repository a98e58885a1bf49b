import { isPlainObject } from '../config/option-schema.ts';
import { type Overrides, type ResolvedConfig, type ResolveOptions, resolveConfig } from '../config/resolve-config.ts';
import { showValue } from '../config/show-value.ts';
import { DlError } from '../core/errors.ts';
import { startFromRun } from './from-run.ts';
import type { ScriptProject } from './script-project.ts';

/** What may stand between config.ts and the settings that are typed; an empty text: nothing. */
export interface NamedChanges {
  /** An earlier run, whose settings are taken instead of those of config.ts. */
  readonly run: string;
  /** Files of `experiments/`, applied in this order: `quick,wide`. */
  readonly experiment: string;
  /** A study whose best settings are taken. */
  readonly study: string;
}

/** Changes to what the layer below gives. */
interface Layer {
  /** Where they are from: `experiment=quick`. */
  readonly origin: string;
  readonly overrides: Overrides;
  readonly options: ResolveOptions;
}

/**
 * The config of config.ts, or that of an earlier run, changed by experiments, then by what a study found, then by the command line. Each is applied to
 * the outcome of those before it, so that another `name` drops their options of that part as it drops those of config.ts.
 *
 * @param input what config.ts exports  @param typed the changes of the command line
 * @throws DlError `name` for an unknown experiment, study or run, `config` for changes that cannot be meant
 */
export async function resolveNewConfig<P extends ScriptProject>(
  project: P,
  input: unknown,
  { run, experiment, study }: NamedChanges,
  typed: Overrides,
  options: Omit<ResolveOptions, 'source'>,
): Promise<ResolvedConfig<P>> {
  const start = run ? startFromRun(project.root, run) : { config: input, source: undefined, notes: [] };
  const layers: Layer[] = [];
  if (experiment) for (const name of experiment.split(',')) layers.push(await experimentLayer(project, name.trim()));
  if (study) layers.push(await studyLayer(project, study));
  const { source } = start;
  const said: { readonly layer: Layer; readonly notes: readonly string[] }[] = [];
  let { config } = start;
  for (const layer of layers) {
    const resolved = resolveConfig(project, config, layer.overrides, { ...layer.options, source });
    said.push({ layer, notes: resolved.notes });
    config = resolved.config;
  }
  const resolved = resolveConfig(project, config, typed, { ...options, source });
  const notes = said.flatMap((one) => [`${one.layer.origin}: ${describeUsed(one.layer.overrides, resolved.config)}`, ...one.notes]);
  return { config: resolved.config, notes: [...start.notes, ...notes, ...resolved.notes] };
}

async function experimentLayer(project: ScriptProject, name: string): Promise<Layer> {
  if (!project.loadExperiment) throw new DlError('usage', 'experiment needs a project made by defineProject.');
  const overrides = Object.entries(await project.loadExperiment(name)).filter(([, value]) => value !== undefined);
  return { origin: `experiment=${name}`, overrides, options: { overridesSource: `experiments/${name}.ts` } };
}

async function studyLayer(project: ScriptProject, study: string): Promise<Layer> {
  if (!project.studyOverrides) throw new DlError('usage', 'from-study needs a project made by defineProject.');
  const overrides = await project.studyOverrides(study);
  return { origin: `from-study=${study}`, overrides, options: {} };
}

/**
 * `data.trainImages=2000 training.epochs=2`: the settings that a layer changed, as one would type them, with the values that are used: the command
 * line may have changed them again. Options of a part that was exchanged since are left out.
 */
function describeUsed(changes: Overrides, config: object): string {
  const keys = changes.flatMap(([key, value]) => [...keysIn(key, value)]);
  const used = keys.flatMap((key) => {
    const value = key.split('.').reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], config);
    const shown = isPlainObject(value) && 'name' in value ? value.name : value;
    return shown === undefined ? [] : [`${key}=${showValue(shown)}`];
  });
  return used.join(' ') || 'changes nothing';
}

function* keysIn(key: string, value: unknown): Generator<string> {
  const entries = isPlainObject(value) ? Object.entries(value) : [];
  for (const [name, child] of entries) if (child !== undefined) yield* keysIn(`${key}.${name}`, child);
  if (entries.length === 0) yield key;
}
