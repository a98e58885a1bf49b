import { loadBestModel } from 'dl-project/checkpoint';
import { measureSensitivity } from 'dl-project/compression';
import { describeSensitivity, recordSensitivity, sensitivityRows } from 'dl-project/reporting';
import { type Run, runScript } from 'dl-project/runs';
import { getDataLoaders } from './data/index.ts';
import { type Config, project } from './project.ts';

/** Shows how much of a technique each layer of a training bears: what a recipe may do to it. Goes on where it was stopped. */
export async function sensitivity(config: Config, run: Run<Config>, { technique, samples }: { technique: string; samples: number }) {
  const table = await measureSensitivity(await loadBestModel(run), {
    ...config.training,
    loss: project.createLoss(config.training.loss),
    metrics: project.createMetrics(config.training.metrics),
    data: await getDataLoaders(config),
    technique,
    samples, // of the validation data; 0 takes all
    file: run.path('sensitivity', `${technique}.json`),
    onLayer: sensitivityRows(run.print),
  });
  run.print(describeSensitivity(table));
  recordSensitivity(run, table); // CSV and curves
  return table;
}

await runScript(import.meta.url, project, sensitivity, { on: 'trained-run', settings: { technique: 'pruneWeights', samples: 0 } });
