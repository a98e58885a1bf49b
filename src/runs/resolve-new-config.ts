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

/** Changes to what the layer below gives; notes say where they are from. */
interface Layer {
  readonly note: string;
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
  const notes = [...start.notes];
  let { config } = start;
  for (const layer of layers) {
    const resolved = resolveConfig(project, config, layer.overrides, { ...layer.options, source });
    notes.push(layer.note, ...resolved.notes);
    config = resolved.config;
  }
  const resolved = resolveConfig(project, config, typed, { ...options, source });
  return { config: resolved.config, notes: [...notes, ...resolved.notes] };
}

async function experimentLayer(project: ScriptProject, name: string): Promise<Layer> {
  if (!project.loadExperiment) throw new DlError('usage', 'experiment needs a project made by defineProject.');
  const overrides = Object.entries(await project.loadExperiment(name)).filter(([, value]) => value !== undefined);
  const note = `experiment=${name}: ${describeChanges(overrides)}`;
  return { note, overrides, options: { overridesSource: `experiments/${name}.ts` } };
}

async function studyLayer(project: ScriptProject, study: string): Promise<Layer> {
  if (!project.studyOverrides) throw new DlError('usage', 'from-study needs a project made by defineProject.');
  const overrides = await project.studyOverrides(study);
  return { note: `from-study=${study}: ${describeChanges(overrides)}`, overrides, options: {} };
}

/** `data.trainImages=2000 training.epochs=2`: as one would type them. */
function describeChanges(changes: Overrides): string {
  return changes.flatMap(([key, value]) => [...settingsIn(key, value)]).join(' ') || 'changes nothing';
}

function* settingsIn(key: string, value: unknown): Generator<string> {
  const entries = isPlainObject(value) ? Object.entries(value) : [];
  for (const [name, child] of entries) if (child !== undefined) yield* settingsIn(`${key}.${name}`, child);
  if (entries.length === 0) yield `${key}=${showValue(value)}`;
}
