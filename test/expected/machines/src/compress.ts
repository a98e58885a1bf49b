import { loadBestModel } from 'dl-project/checkpoint';
import { compressModel } from 'dl-project/compression';
import { compressionRows, describeCompression } from 'dl-project/reporting';
import { type Run, runScript } from 'dl-project/runs';
import { getDataLoaders } from './data/index.ts';
import { type Config, project } from './project.ts';

/** Makes the best epoch of a training small by a recipe, judges it once on the test data and writes one file. */
export async function compress(config: Config, run: Run<Config>) {
  const trained = await loadBestModel(run);
  const data = await getDataLoaders(config);
  const result = await compressModel(trained, await project.loadRecipe(config.compression.recipe), {
    ...config.training,
    loss: project.createLoss(config.training.loss),
    metrics: project.createMetrics(config.training.metrics),
    data,
    seed: config.seed,
    file: run.path(config.compression.recipe, 'model.safetensors'),
    onRow: compressionRows(run.print),
  });
  run.print(describeCompression(result));
  return result;
}

await runScript(import.meta.url, project, compress, { on: 'trained-run' });
