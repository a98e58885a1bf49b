import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BackendInfo, useBackend } from '../backend/use-backend.ts';
import type { ConfigOf } from '../config/config-types.ts';
import { listSettings } from '../config/list-settings.ts';
import { type Overrides, resolveSettings } from '../config/resolve-config.ts';
import { settingTree } from '../config/setting-tree.ts';
import { formatDuration } from '../core/format.ts';
import { type CommandLine, otherSwitches, parseCommandLine, trainingSwitches } from './command-line.ts';
import { createRun, runAt, stopOpenRuns } from './create-run.ts';
import { type FoundRun, findDefaultRun, findRun } from './find-run.ts';
import { isMainModule } from './is-main-module.ts';
import { loadEnvironmentFile } from './load-environment-file.ts';
import { describeNextSteps } from './next-steps.ts';
import { resolveNewConfig } from './resolve-new-config.ts';
import type { Run, RunKind } from './run.ts';
import { readRunRecord, writeRunRecord } from './run-record.ts';
import { scriptCommand } from './script-command.ts';
import { scriptHelp } from './script-help.ts';
import { endOnSignal, reportError, survivePagers } from './script-process.ts';
import type { ScriptProject } from './script-project.ts';
import { refuseSwallowedFlags } from './swallowed-flags.ts';
import { describeTrainedRun, resolveTrainedConfig } from './trained-run.ts';

/** A script's function: `train(config, run, settings)`. */
export type Script<P extends ScriptProject, Settings> = (config: ConfigOf<P>, run: Run<ConfigOf<P>>, settings: Settings) => unknown;

export interface ScriptOptions<Settings> {
  /**
   * What the script works on: a new run; a finished training, by default the newest (`run=<id>` picks another);
   * or only the project, and then no folder is made.
   * @default 'new-run'
   */
  readonly on?: 'new-run' | 'trained-run' | 'project';
  /** Settings of this script alone, with their defaults: `{ index: 17 }` allows `index=18`. */
  readonly settings?: Settings;
}

interface Call<P extends ScriptProject, Settings> {
  /** `train` */
  readonly name: string;
  readonly project: P;
  readonly script: Script<P, Settings>;
  readonly settings: Settings;
  readonly line: CommandLine;
  readonly config: ConfigOf<P>;
  readonly experiment: string | undefined;
  readonly backend: BackendInfo;
  readonly print: (text: string) => void;
}

/**
 * Runs a script if its file is the one that was started, and does nothing if it was imported.
 * Reads config.ts and the command line, chooses the backend, makes or finds the run, calls `script`, and says what is next.
 * Exit codes: 0 done, 1 failure, 2 a command line or config that cannot be meant, 130 stopped by Ctrl-C.
 *
 * ```ts
 * await runScript(import.meta.url, project, train);
 * ```
 */
export async function runScript<P extends ScriptProject, Settings extends object = Record<never, never>>(
  moduleUrl: string,
  project: P,
  script: Script<P, Settings>,
  options: ScriptOptions<Settings> = {},
): Promise<void> {
  if (!isMainModule(moduleUrl)) return;
  survivePagers();
  const file = fileURLToPath(moduleUrl);
  try {
    await start(basename(file, extname(file)), project, script, options);
  } catch (error) {
    process.exitCode = reportError(error);
  }
}

async function start<P extends ScriptProject, Settings extends object>(
  name: string,
  project: P,
  script: Script<P, Settings>,
  { on = 'new-run', settings: defaults = {} as Settings }: ScriptOptions<Settings>,
): Promise<void> {
  loadEnvironmentFile(project.root);
  const words = process.argv.slice(2);
  const switches = on === 'trained-run' ? otherSwitches : trainingSwitches;
  const line = parseCommandLine(words, switches);
  const own = {
    ...defaults,
    ...(on === 'trained-run' ? { run: '' } : { experiment: '' }),
    ...(on === 'new-run' && { 'from-study': '', 'from-run': '' }),
  };
  const isOwn = ([key]: Overrides[number]) => Object.hasOwn(own, key.split('.')[0]);
  const input = await project.loadConfig();
  const known = listSettings(settingTree(project), input);
  refuseSwallowedFlags(name, words, [...Object.keys(own), ...known.map((one) => one.key)], switches);
  if (line.help) return write(scriptHelp(name, Object.entries(own), switches, known, project.experimentNames?.()));

  const settings = resolveSettings(own, line.pairs.filter(isOwn));
  const changes = line.pairs.filter((pair) => !isOwn(pair));
  const {
    run: runText = '',
    experiment = '',
    'from-study': study = '',
    'from-run': run = '',
  } = settings as Partial<Record<string, string>>;
  const otherNames = [...Object.keys(own), ...switches];
  const trained = on === 'trained-run' ? (runText ? findRun(project.root, runText) : findDefaultRun(project.root)) : undefined;
  const { config, notes } = trained
    ? resolveTrainedConfig(project, project.root, trained, changes, { otherNames })
    : await resolveNewConfig(project, input, { run, experiment, study }, changes, { otherNames });
  if (line.printConfig) {
    for (const note of notes) process.stderr.write(`  ${note}\n`);
    return write(JSON.stringify(config, null, 2));
  }

  const print = line.quiet ? () => {} : write;
  print('');
  for (const note of notes) print(`  ${note}`);
  const ownSettings = Object.fromEntries(Object.entries(settings).filter(([key]) => Object.hasOwn(defaults, key))) as Settings;
  const call = {
    name,
    project,
    script,
    settings: ownSettings,
    line,
    config,
    experiment: experiment || undefined,
    backend: await useBackend(),
    print,
  };
  const begin = performance.now();
  const release = endOnSignal(stopRuns);
  try {
    const kind = trained ? await runOnTrained(call, trained) : on === 'project' ? await runOnProject(call) : await runNew(call);
    const next = describeNextSteps(project.root, name, kind, ownSettings);
    if (next) print(`  ${formatDuration(performance.now() - begin)}   ${next}`);
  } finally {
    release();
  }
}

async function runNew<P extends ScriptProject, Settings>(call: Call<P, Settings>): Promise<RunKind> {
  const { name, project, script, settings, config, experiment, backend, print } = call;
  const { switches } = call.line;
  const kind: RunKind = switches.fastDevRun ? 'fast-dev' : switches.overfitBatches > 0 ? 'overfit' : 'train';
  print(`  backend   ${backend.describe()}${backend.faster ? `              faster: ${scriptCommand(backend.faster)}` : ''}`);
  const { run, end } = createRun({ root: project.root, config, experiment, kind, switches, script: name, backend, print });
  try {
    const result = await script(config, run, settings);
    end('finished', { result: onlyNumbers(result) });
    return kind;
  } catch (error) {
    end('failed', { error: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}

async function runOnTrained<P extends ScriptProject, Settings>(call: Call<P, Settings>, found: FoundRun): Promise<RunKind> {
  const { project, script, settings, config, line, backend, print } = call;
  const { folder, record } = found;
  print(`  run       ${describeTrainedRun(project.root, found)}   (${backend.describe()})`);
  const facts = { id: record.id, folder, root: project.root, kind: record.kind, switches: line.switches, config, print };
  const run = runAt(facts, (more) => {
    const current = readRunRecord(folder);
    if (current) writeRunRecord(folder, Object.assign(current, more));
  });
  await script(config, run, settings);
  return record.kind;
}

async function runOnProject<P extends ScriptProject, Settings>(call: Call<P, Settings>): Promise<RunKind> {
  const { name, project, script, settings, config, line, print } = call;
  const { root } = project;
  const kind: RunKind = 'other';
  await script(config, runAt({ id: name, folder: join(root, 'runs'), root, kind, switches: line.switches, config, print }), settings);
  return kind;
}

/** Ends what is open. @returns what to tell the user */
function stopRuns(): string {
  const kept = stopOpenRuns().find((record) => record.kind === 'train' && record.bestEpoch !== undefined);
  if (!kept) return 'Stopped.';
  return `Stopped. Epoch ${(kept.bestEpoch ?? 0) + 1} is kept: ${scriptCommand('evaluate', `run=${kept.id}`)}`;
}

/** What of a script's result goes into run.json: the numbers by name. */
function onlyNumbers(result: unknown): Record<string, number> | undefined {
  if (typeof result !== 'object' || result === null) return undefined;
  const numbers = Object.entries(result).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  return numbers.length > 0 ? Object.fromEntries(numbers) : undefined;
}

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}
