import { type Run, runScript } from 'dl-project/runs';
import { Trainer } from 'dl-project/training';
import { getDataLoaders } from './data/index.ts';
import { type Config, project } from './project.ts';

/** Trains the model of `config` and returns the validation metrics of its best epoch. */
export async function train(config: Config, run: Run<Config>) {
  const data = await getDataLoaders(config);
  const model = project.createModel(config.model, data.features, config.seed);
  const trainer = new Trainer(model, {
    ...config.training,
    ...run.switches, // fast-dev-run, overfit-batches=1
    loss: project.createLoss(config.training.loss),
    metrics: project.createMetrics(config.training.metrics),
    callbacks: project.createCallbacks(config.callbacks, run),
    seed: config.seed,
  });
  return trainer.fit(data.train, data.validation);
}

await runScript(import.meta.url, project, train);
