import { type Run, runScript } from 'dl-project/runs';
import { type RunStudyOptions, runStudy } from 'dl-project/tuning';
import { type Config, project } from './project.ts';
import { train } from './train.ts';

/** Runs the study `tuning/<study>.ts`: one training per trial, judged by the study's scoring. Goes on where it was stopped. */
export async function tune(config: Config, run: Run<Config>, { study, ...options }: { study: string } & RunStudyOptions) {
  return runStudy(await project.loadStudy(study), train, config, run, options);
}

const settings = { study: 'learning-rate', workers: 0, storage: '', trials: 0, timeBudget: '' };
await runScript(import.meta.url, project, tune, { on: 'study', settings });
