import { loadBestModel } from 'dl-project/checkpoint';
import { readSample, sampleAt } from 'dl-project/data';
import { describePrediction } from 'dl-project/reporting';
import { type Run, runScript } from 'dl-project/runs';
import { predictOne } from 'dl-project/training';
import { getDataLoaders } from './data/index.ts';
import { type Config, project } from './project.ts';

/** Shows what the best epoch of a training says about one test sample, or about a file. */
export async function predict(config: Config, run: Run<Config>, { index, file }: { index: number; file: string }) {
  const { model, features } = await loadBestModel(run);
  const data = await getDataLoaders(config);
  const sample = file ? await readSample(file, features) : await sampleAt(await data.test(), index, features);
  const prediction = predictOne(model, sample.inputs, features);
  run.print(describePrediction(prediction, sample, features));
  return prediction;
}

await runScript(import.meta.url, project, predict, { on: 'trained-run', settings: { index: 0, file: '' } });
