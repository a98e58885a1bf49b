import { engine, type Variable } from '@tensorflow/tfjs-core';
import { useBackend } from '../backend/use-backend.ts';
import type { Logs } from '../callbacks/callback.ts';
import type { AnyConfig } from '../config/config-types.ts';
import type { Overrides } from '../config/resolve-config.ts';
import { DlError } from '../core/errors.ts';
import { createRun } from '../runs/create-run.ts';
import type { Run } from '../runs/run.ts';
import { scriptCommand } from '../runs/script-command.ts';
import { writeFileAtomically } from '../runs/write-file-atomically.ts';
import { bestOf } from './best-trials.ts';
import { createStudy } from './create-study.ts';
import type { ProjectStudy } from './grid-search.ts';
import { keepBestCheckpoints } from './keep-best-checkpoints.ts';
import { overridesOf, planTrials, type StudyPlan } from './plan-trials.ts';
import { gridSampler } from './samplers/grid-sampler.ts';
import { memoryJournal } from './storage/journal.ts';
import { journalFile } from './storage/journal-file.ts';
import { journalStorage } from './storage/journal-storage.ts';
import type { FrozenTrial } from './storage/study-storage.ts';
import type { Study } from './study.ts';
import { checkFingerprint, fingerprintOf } from './study-fingerprint.ts';
import { studyFolder, studyJournal, studyTable } from './study-paths.ts';
import type { Trial } from './trial.ts';
import { TrialTable, trialsAsCsv } from './trial-table.ts';

/** What a study found. */
export interface StudyResult {
  /** The settings of the best trial, as `from-study=<name>` takes them. */
  readonly best: Overrides;
  /** Its value of the study's scoring. */
  readonly bestValue: number;
  readonly trials: readonly FrozenTrial[];
}

/** A project's `train`. */
export type Train<Config> = (config: Config, run: Run<Config>) => Logs | Promise<Logs>;

/**
 * Trains once per combination of a grid study, in this process, and says which settings were best.
 * Goes on where it was stopped: what has a result is not trained again, what failed or was killed is.
 * Everything is kept in `runs/tuning/<name>/`, of the checkpoints only those of the best training; the table also in
 * `tuning/<name>.csv`. With a switch such as `fast-dev-run` every combination is tried so, and the study keeps nothing of it.
 *
 * @param config what the trials have in common
 * @throws DlError `config` or `refused` before the first training, where study and config do not go together;
 * `refused` where every trial failed
 */
export async function runStudy<Config>(study: ProjectStudy, train: Train<Config>, config: Config, run: Run<Config>): Promise<StudyResult> {
  const base = config as AnyConfig;
  const plan = planTrials(study, base);
  const { name } = study;
  const folder = run.shown(studyFolder(run.root, name));
  const isKept = !run.switches.fastDevRun && run.switches.overfitBatches === 0;
  const storage = journalStorage(isKept ? journalFile(studyJournal(run.root, name)) : memoryJournal());
  const open = { name, storage, direction: plan.direction, sampler: gridSampler(plan.grid), loadIfExists: true };
  const search = await createStudy(open);
  await checkFingerprint(search, fingerprintOf(study, plan, base), folder);

  const table = new TrialTable(study);
  const isBest = async (trial: FrozenTrial) => (await search.bestTrial()) === trial;
  run.print(describeStudy(study, plan, await search.trials()));
  run.print(table.header());
  for (const trial of (await search.trials()).filter(({ state }) => state === 'complete')) run.print(table.row(trial, await isBest(trial)));
  await search.optimize((trial) => trainOnce(trial, study, plan, train, run as Run<AnyConfig>), {
    onTrialEnd: async (trial) => {
      run.print(table.row(trial, await isBest(trial)));
      keepBestCheckpoints(studyFolder(run.root, name), await search.trials(), await search.bestTrial());
      if (isKept) await writeTable(study, search, run.root);
    },
  });
  return finish(study, plan, search, isKept ? (text) => run.print(text) : () => run.print('  Only tried: the study keeps nothing of it.'));
}

/** One training, in a run of its own; what it leaves in memory is freed. */
async function trainOnce<Config>(
  trial: Trial,
  study: ProjectStudy,
  plan: StudyPlan,
  train: Train<Config>,
  parent: Run<AnyConfig>,
): Promise<number> {
  for (const [key, choices] of Object.entries(plan.grid)) trial.suggestCategorical(key, choices);
  const config = plan.configOf(trial.params);
  const group = `tuning/${study.name}`;
  const started = createRun({
    root: parent.root,
    config,
    kind: 'trial',
    group,
    script: 'tune',
    backend: await useBackend(),
    switches: parent.switches,
  });
  trial.setUserAttribute('run', started.run.shown(started.run.folder));
  const before = new Set(Object.values(engine().registeredVariables));
  try {
    const logs = await train(config as Config, started.run as Run<Config>);
    started.end('finished', { result: { ...logs } });
    return scoreOf(logs, study);
  } catch (error) {
    started.end('failed', { error: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    disposeVariables((variable) => !before.has(variable));
  }
}

function scoreOf(logs: Logs, { name, scoring }: ProjectStudy): number {
  if (Object.hasOwn(logs, scoring)) return logs[scoring];
  throw new DlError(
    'config',
    `tuning/${name}.ts: train returned no ${scoring}, only ${Object.keys(logs).join(', ')}. Return what trainer.fit gives.`,
  );
}

/** `train` returns numbers only, so that nobody else can free the model that it made. */
function disposeVariables(isOurs: (variable: Variable) => boolean): void {
  for (const variable of Object.values(engine().registeredVariables)) if (isOurs(variable)) variable.dispose();
}

async function finish(study: ProjectStudy, plan: StudyPlan, search: Study, print: (text: string) => void): Promise<StudyResult> {
  const trials = await search.trials();
  const best = bestOf(trials, plan.direction);
  const failed = trials.filter(({ state }) => state === 'fail');
  if (!best) {
    const cause = failed[failed.length - 1]?.userAttributes.cause ?? 'another process is at it';
    throw new DlError('refused', `No trial of the study ${study.name} has a result. The last one: ${cause}`);
  }
  const done = trials.filter(({ state }) => state === 'complete').length;
  const again = done < plan.trialCount ? '   the others are tried again by the same command' : '';
  const use = scriptCommand('train', `from-study=${study.name}`);
  print(`  ${done} of ${plan.trialCount} done.${again}   use it: ${use}     table: tuning/${study.name}.csv`);
  return { best: overridesOf(study.space, best.params), bestValue: best.value!, trials };
}

function describeStudy({ name, space, scoring }: ProjectStudy, { trialCount }: StudyPlan, trials: readonly FrozenTrial[]): string {
  const sizes = Object.values(space).map((values) => values.length);
  const done = trials.filter(({ state }) => state === 'complete').length;
  const left = done > 0 ? `, ${trialCount - done} left` : '';
  return `  study ${name}: grid ${sizes.join(' x ')} = ${trialCount} trials${left}, judged by ${scoring}`;
}

async function writeTable(study: ProjectStudy, search: Study, root: string): Promise<void> {
  const path = studyTable(root, study.name);
  writeFileAtomically(path, trialsAsCsv(study, await search.trials(), search.directions[0]));
}
