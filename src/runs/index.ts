export { createRun, type RunOptions, type StartedRun } from './create-run.ts';
export { type FoundRun, findDefaultRun, findRun, listRuns } from './find-run.ts';
export type { Run, RunKind, RunSwitches } from './run.ts';
export type { RunRecord, RunStatus } from './run-record.ts';
export { runScript, type ScriptOptions } from './run-script.ts';
export { scriptCommand } from './script-command.ts';
export type { ScriptProject } from './script-project.ts';
