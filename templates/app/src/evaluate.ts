import { loadBestModel } from 'dl-project/checkpoint';
import { describeEvaluation, recordEvaluation } from 'dl-project/reporting';
import { type Run, runScript } from 'dl-project/runs';
import { evaluateModel } from 'dl-project/training';
import { getDataLoaders } from './data/index.ts';
import { type Config, project } from './project.ts';

/** Judges the best epoch of a training on the test data, which training never reads. */
export async function evaluate(config: Config, run: Run<Config>) {
  const { model, features } = await loadBestModel(run);
  const data = await getDataLoaders(config);
  const test = await data.test();
  const evaluation = await evaluateModel(model, test, {
    loss: project.createLoss(config.training.loss),
    metrics: project.createMetrics(config.training.metrics),
    features, // data that is prepared in another way by now is refused
  });
  run.print(describeEvaluation(evaluation));
  await recordEvaluation(run, evaluation, test); // for report.html
  return evaluation.logs;
}

await runScript(import.meta.url, project, evaluate, { on: 'trained-run' });
