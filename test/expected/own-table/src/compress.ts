import { loadBestModel } from 'dl-project/checkpoint';
import { compressModel } from 'dl-project/compression';
import { compressionProgress, describeCompression, recordCompression } from 'dl-project/reporting';
import { type Run, runScript } from 'dl-project/runs';
import { getDataLoaders } from './data/index.ts';
import { type Config, project } from './project.ts';

/** Makes the best epoch of a training small by a recipe, and judges it once on the test data. Goes on where it was stopped. */
export async function compress(config: Config, run: Run<Config>, { recipe, fresh }: { recipe: string; fresh: boolean }) {
  const trained = await loadBestModel(run);
  const data = await getDataLoaders(config);
  const name = recipe || config.compression.recipe;
  const result = await compressModel(trained, await project.loadRecipe(name), {
    ...config.training,
    loss: project.createLoss(config.training.loss),
    metrics: project.createMetrics(config.training.metrics),
    data,
    seed: config.seed,
    file: run.path(name, 'model.safetensors'),
    fresh, // begins with the first step
    ...compressionProgress(run.print),
  });
  run.print(describeCompression(result));
  recordCompression(run, result); // report.html and MODEL.md, beside the file
  return result;
}

await runScript(import.meta.url, project, compress, { on: 'trained-run', settings: { recipe: '', fresh: false } });
