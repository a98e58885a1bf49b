import { summarize } from 'dl-project/models';
import { describeSummary } from 'dl-project/reporting';
import { type Run, runScript } from 'dl-project/runs';
import { getDataLoaders } from './data/index.ts';
import { type Config, project } from './project.ts';

/** Shows the layers of the model: output shapes, weights and multiply-adds. */
export async function summary(config: Config, run: Run<Config>) {
  const { features } = await getDataLoaders(config);
  const model = project.createModel(config.model, features, config.seed);
  run.print(describeSummary(summarize(model)));
}

await runScript(import.meta.url, project, summary, { on: 'project' });
