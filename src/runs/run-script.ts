import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BackendInfo, useBackend } from '../backend/use-backend.ts';
import type { AnyConfig, ConfigOf } from '../config/config-types.ts';
import { listSettings } from '../config/list-settings.ts';
import { type Overrides, resolveSettings } from '../config/resolve-config.ts';
import { settingTree } from '../config/setting-tree.ts';
import { DlError } from '../core/errors.ts';
import { formatDuration } from '../core/format.ts';
import { type CommandLine, otherSwitches, parseCommandLine, trainingSwitches } from './command-line.ts';
import { createRun, reopenRun, runAt, stopOpenRuns } from './create-run.ts';
import { type FoundRun, findDefaultRun, findRun } from './find-run.ts';
import { isMainModule } from './is-main-module.ts';
import { makeLatest } from './latest-run.ts';
import { loadEnvironmentFile } from './load-environment-file.ts';
import { describeNextSteps } from './next-steps.ts';
import { resolveNewConfig } from './resolve-new-config.ts';
import { clearBeforeResuming, findInterruptedRun, type InterruptedRun, resolveInterruptedConfig } from './resume-run.ts';
import type { Run, RunKind, RunSwitches } from './run.ts';
import { type RunRecord, readRunRecord, writeRunRecord } from './run-record.ts';
import { reportOn } from './run-report.ts';
import { scriptCommand } from './script-command.ts';
import { scriptHelp } from './script-help.ts';
import { endOnSignal, leaveOnSignal, reportError, survivePagers } from './script-process.ts';
import type { ScriptProject } from './script-project.ts';
import { bestOf, checkSeeds, describeSeeds } from './seeds.ts';
import { refuseSwallowedFlags } from './swallowed-flags.ts';
import { describeTrainedRun, resolveTrainedConfig } from './trained-run.ts';

/** A script's function: `train(config, run, settings)`. */
export type Script<P extends ScriptProject, Settings> = (config: ConfigOf<P>, run: Run<ConfigOf<P>>, settings: Settings) => unknown;

export interface ScriptOptions<Settings> {
  /**
   * What the script works on: a new run; a finished training, by default the newest (`run=<id>` picks another);
   * only the project, and then no folder is made; or a study of it, and then it computes nothing itself: no backend is loaded.
   * @default 'new-run'
   */
  readonly on?: 'new-run' | 'trained-run' | 'project' | 'study';
  /** Settings of this script alone, with their defaults: `{ index: 17 }` allows `index=18`. */
  readonly settings?: Settings;
}

/** A call that computes nothing itself. */
type PlainCall<P extends ScriptProject, Settings> = Omit<Call<P, Settings>, 'backend'>;

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
  const switches = on === 'trained-run' ? otherSwitches : trainingSwitches.filter((one) => one !== 'resume' || on === 'new-run');
  const flags = Object.entries(defaults).flatMap(([key, value]) => (typeof value === 'boolean' ? [key] : []));
  const line = parseCommandLine(words, switches, flags);
  const own = {
    ...defaults,
    ...(on === 'trained-run' ? { run: '' } : { experiment: '' }),
    ...(on === 'new-run' && { 'from-study': '', 'from-run': '', seeds: 1 }),
  };
  const isOwn = ([key]: Overrides[number]) => Object.hasOwn(own, key.split('.')[0]);
  const input = await project.loadConfig();
  const known = listSettings(settingTree(project), input);
  refuseSwallowedFlags(name, words, [...Object.keys(own), ...known.map((one) => one.key)], [...flags, ...switches]);
  if (line.help) return write(scriptHelp(name, Object.entries(own), switches, known, project.experimentNames?.()));

  const settings = resolveSettings(own, line.pairs.filter(isOwn));
  const changes = line.pairs.filter((pair) => !isOwn(pair));
  const {
    run: runText = '',
    experiment = '',
    'from-study': study = '',
    'from-run': run = '',
  } = settings as Partial<Record<string, string>>;
  const seeds = checkSeeds((settings as { seeds?: number }).seeds);
  const otherNames = [...Object.keys(own), ...switches];
  const trained = on === 'trained-run' ? (runText ? findRun(project.root, runText) : findDefaultRun(project.root)) : undefined;
  const interrupted = line.resume === undefined ? undefined : findInterruptedRun(project.root, name, line.resume);
  if (interrupted) refuseBeside('resume', { experiment, 'from-study': study, 'from-run': run, seeds: seeds > 1 ? 'several' : '' });
  const { config, notes } = trained
    ? resolveTrainedConfig(project, project.root, trained, changes, { otherNames })
    : interrupted
      ? resolveInterruptedConfig(project, project.root, interrupted, changes, { otherNames })
      : await resolveNewConfig(project, input, { run, experiment, study }, changes, { otherNames });
  if (line.printConfig) {
    for (const note of notes) process.stderr.write(`  ${note}\n`);
    return write(JSON.stringify(config, null, 2));
  }

  if (!trained && !interrupted) project.checkStart?.(config);
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
    print,
  };
  const goesOn = on === 'study' || name === 'compress' || name === 'sensitivity';
  const begin = performance.now();
  const release = endOnSignal(() =>
    stopRuns(project, goesOn ? scriptCommand(name, ...words.filter((word) => word !== 'fresh')) : undefined),
  );
  const leaving = () => {
    release(['SIGTERM']);
    return leaveOnSignal();
  };
  try {
    const worked =
      on === 'study'
        ? await runOnProject(call, { file: process.argv[1], words, leaving })
        : await runWithBackend({ ...call, backend: await useBackend() }, on, { trained, interrupted, seeds });
    const { kind, folder } = worked;
    const isReported = 'report' in worked || folder === undefined || name === 'predict';
    const report = isReported ? worked.report : reportOn(project, folder, print);
    const next = describeNextSteps(project.root, name, kind, ownSettings);
    const parts = [report && `report: ${report}`, next].filter(Boolean);
    if (parts.length > 0) print(`  ${[formatDuration(performance.now() - begin), ...parts].join('   ')}`);
  } finally {
    release();
  }
}

interface Subject {
  readonly trained: FoundRun | undefined;
  readonly interrupted: InterruptedRun | undefined;
  readonly seeds: number;
}

async function runWithBackend<P extends ScriptProject, Settings>(
  call: Call<P, Settings>,
  on: ScriptOptions<Settings>['on'],
  { trained, interrupted, seeds }: Subject,
): Promise<Worked> {
  if (trained) return runOnTrained(call, trained);
  if (on === 'project') return runOnProject(call);
  return seeds > 1 ? runSeeds(call, seeds) : runNew(call, interrupted);
}

function refuseBeside(word: string, others: Readonly<Record<string, string>>): void {
  const other = Object.keys(others).find((key) => others[key] !== '');
  if (other) throw new DlError('usage', `${word} and ${other} exclude each other: leave one out.`);
}

/** What a script was about. */
interface Worked {
  readonly kind: RunKind;
  /** The folder of its run, if it has one. */
  readonly folder?: string;
  /** Its report, where that is written already; undefined in it: there is none. */
  readonly report?: string | undefined;
}

/** A run that begins, or one that goes on. */
async function runNew<P extends ScriptProject, Settings>(
  call: Call<P, Settings>,
  interrupted?: InterruptedRun,
): Promise<Worked & { readonly folder: string }> {
  const { name, project, script, settings, config, experiment, backend, print } = call;
  const { switches } = call.line;
  const kind = kindOf(switches, config);
  print(`  backend   ${backend.describe()}${backend.faster ? `              faster: ${scriptCommand(backend.faster)}` : ''}`);
  const { run, end, tell } = interrupted
    ? goOn(call, interrupted)
    : createRun({ root: project.root, config, experiment, kind, switches, script: name, backend, print });
  try {
    const result = await script(config, run, settings);
    end('finished', { result: onlyNumbers(result) });
    const report = reportOn(project, run.folder, print);
    if (report) await tell('reported');
    return { kind, folder: run.folder, report };
  } catch (error) {
    try {
      end('failed', { error: error instanceof Error ? error.message : String(error) });
    } catch {
      // On a full disk this fails too; the first error is the one to tell.
    }
    reportOn(project, run.folder, () => {});
    throw error;
  }
}

function kindOf({ fastDevRun, overfitBatches }: RunSwitches, { callbacks }: AnyConfig): RunKind {
  if (callbacks.learningRateFinder || callbacks.batchSizeFinder) return 'search';
  return fastDevRun ? 'fast-dev' : overfitBatches > 0 ? 'overfit' : 'train';
}

/** The same training with several seeds, each a run of its own, from the config's seed on; then a table over all. */
async function runSeeds<P extends ScriptProject, Settings>(call: Call<P, Settings>, count: number): Promise<Worked> {
  const { config, print, project } = call;
  const records: RunRecord[] = [];
  let kind: RunKind = 'train';
  for (let seed = config.seed; seed < config.seed + count; seed++) {
    print(`\n  seed ${seed}`);
    try {
      const run = await runNew({ ...call, config: { ...config, seed } });
      kind = run.kind;
      const record = readRunRecord(run.folder);
      if (record) records.push(record);
    } catch (error) {
      if (!(error instanceof DlError && error.code === 'diverged')) throw error;
      print(`  seed ${seed} failed: ${error.message}`);
    }
  }
  print(`\n${describeSeeds(records)}`);
  const best = bestOf(records);
  const folder = best && findRun(project.root, best.id).folder;
  if (folder && kind === 'train') makeLatest(project.root, folder);
  return { kind, folder };
}

function goOn<P extends ScriptProject, Settings>({ project, config, backend, print }: Call<P, Settings>, interrupted: InterruptedRun) {
  clearBeforeResuming(interrupted);
  const { notes, ...started } = reopenRun(interrupted, { root: project.root, config, backend, print });
  for (const note of notes) print(`  ${note}`);
  return started;
}

async function runOnTrained<P extends ScriptProject, Settings>(call: Call<P, Settings>, found: FoundRun): Promise<Worked> {
  const { project, script, settings, config, line, backend, print } = call;
  const { folder, record } = found;
  print(`  run       ${describeTrainedRun(project.root, found)}   (${backend.describe()})`);
  const facts = { id: record.id, folder, root: project.root, kind: record.kind, switches: line.switches, config, print };
  const run = runAt(facts, (more) => {
    const current = readRunRecord(folder);
    if (current) writeRunRecord(folder, Object.assign(current, more));
  });
  await script(config, run, settings);
  return run;
}

async function runOnProject<P extends ScriptProject, Settings>(call: PlainCall<P, Settings>, started?: Run['started']): Promise<Worked> {
  const { name, project, script, settings, config, line, print } = call;
  const { root } = project;
  const kind: RunKind = 'other';
  const facts = { id: name, folder: join(root, 'runs'), root, kind, switches: line.switches, config, print };
  await script(config, { ...runAt(facts), quiet: line.quiet, started }, settings);
  return { kind };
}

/** Ends what is open. @param again goes on with what is no training. @returns what to tell the user, and what is still to be waited for */
function stopRuns(
  { root, writeReport }: ScriptProject,
  again: string | undefined,
): { readonly said: string; readonly rest?: Promise<unknown> } {
  const runs = stopOpenRuns();
  const told = runs.flatMap((run) => run.told ?? []);
  const rest = told.length > 0 ? Promise.all(told) : undefined;
  const stopped = runs.find(({ record }) => record.kind === 'train')?.record;
  if (stopped) reportOn({ root, writeReport }, findRun(root, stopped.id).folder, () => {});
  if (stopped?.bestEpoch === undefined) return { said: again ? `Stopped. Go on: ${again}` : 'Stopped.', rest };
  const kept = `Epoch ${stopped.bestEpoch + 1} is kept: ${scriptCommand('evaluate', `run=${stopped.id}`)}`;
  return { said: `Stopped. ${kept}\n  Go on: ${scriptCommand(stopped.script, 'resume')}`, rest };
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
