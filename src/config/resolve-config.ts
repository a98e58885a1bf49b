import { didYouMean } from '../core/nearest.ts';
import type { ConfigOf, ProjectParts } from './config-types.ts';
import { listSettings } from './list-settings.ts';
import { Problems } from './problems.ts';
import { resolveNode } from './resolve-node.ts';
import { type GroupNode, optionNodes, settingTree } from './setting-tree.ts';
import { showValue } from './show-value.ts';

/**
 * Changes to a config: dotted key and value, a later one wins. A text is read as the setting's type wants it;
 * an object is one change for each of its keys.
 */
export type Overrides = readonly (readonly [key: string, value: unknown])[];

export interface ResolveOptions {
  /** Where the config comes from, for messages. @default 'config.ts' */
  readonly source?: string;
  /** The file the overrides come from, for messages; its texts are taken as they are. @default none: they were typed */
  readonly overridesSource?: string;
  /** Names beside the settings that a misspelt key may have meant: switches. */
  readonly otherNames?: readonly string[];
}

export interface ResolvedConfig<P extends ProjectParts> {
  /** Every default filled in; a new object. */
  readonly config: ConfigOf<P>;
  /** What the user should know: one line for each part that was exchanged by name. */
  readonly notes: readonly string[];
}

/**
 * Fills in the defaults of every named part, applies `overrides` and checks everything.
 * Changing a name takes the defaults of the new entry; the old entry's options are dropped, and a note says so.
 *
 * @param input what `defineConfig` was given, or a resolved config
 * @throws DlError `config` with one line for each problem
 */
export function resolveConfig<P extends ProjectParts>(
  parts: P,
  input: unknown,
  overrides: Overrides = [],
  { source = 'config.ts', overridesSource, otherNames = [] }: ResolveOptions = {},
): ResolvedConfig<P> {
  const problems = new Problems();
  const notes: string[] = [];
  const tree = settingTree(parts);
  const changesSource = overridesSource ? `${overridesSource}: ` : '';
  const config = resolveNode(tree, '', input, asChanges(overrides), { source: `${source}: `, changesSource, problems, notes });
  checkMonitor(config as ConfigOf<ProjectParts>, problems);
  problems.throwIfAny(() => listSettings(tree, config), otherNames);
  return { config: config as ConfigOf<P>, notes };
}

/**
 * The same for a few settings beside the config, those of one script.
 * @throws DlError `config`
 */
export function resolveSettings<Settings extends object>(defaults: Settings, overrides: Overrides): Settings {
  const problems = new Problems();
  const tree: GroupNode = { kind: 'group', children: optionNodes(defaults) };
  const settings = resolveNode(tree, '', undefined, asChanges(overrides), { source: '', changesSource: '', problems, notes: [] });
  problems.throwIfAny(() => listSettings(tree, settings));
  return settings as Settings;
}

function asChanges(overrides: Overrides) {
  return overrides.map(([key, value]) => ({ key, rest: key.split('.'), value }));
}

/** What is monitored must be measured; told here, since training would only notice after its first epoch. */
function checkMonitor({ training }: ConfigOf<ProjectParts>, problems: Problems): void {
  const names = ['loss', ...training.metrics.map((metric) => metric.name)];
  const allowed = names.flatMap((name) => [name, `val_${name}`]);
  if (allowed.includes(training.monitor)) return;
  const hint = didYouMean(training.monitor, allowed) || ' A metric must be named in training.metrics to be monitored.';
  problems.add(`training.monitor must be ${allowed.join(' or ')}, not ${showValue(training.monitor)}.${hint}`);
}
