import { type Run, runScript } from 'dl-project/runs';
import { runStudy } from 'dl-project/tuning';
import { type Config, project } from './project.ts';
import { train } from './train.ts';

/** Runs the study `tuning/<study>.ts`: one training per trial, judged by the study's scoring. Goes on where it was stopped. */
export async function tune(config: Config, run: Run<Config>, { study, workers }: { study: string; workers: number }) {
  return runStudy(await project.loadStudy(study), train, config, run, { workers });
}

await runScript(import.meta.url, project, tune, { on: 'study', settings: { study: 'learning-rate', workers: 0 } });
