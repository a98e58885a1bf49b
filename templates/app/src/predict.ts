import { loadPredictor } from 'dl-project/compression';
import { readSample, sampleAt } from 'dl-project/data';
import { describePrediction } from 'dl-project/reporting';
import { type Run, runScript } from 'dl-project/runs';
import { getDataLoaders } from './data/index.ts';
import { type Config, project } from './project.ts';

type Settings = { index: number; file: string; recipe: string };

/** Shows what a training says about one test sample, or about a file: its packed model if `compress` has made one, else its best epoch. */
export async function predict(config: Config, run: Run<Config>, { index, file, recipe }: Settings) {
  const predictor = await loadPredictor(run, recipe);
  const { features } = predictor;
  const data = await getDataLoaders(config);
  const sample = file ? await readSample(file, features) : await sampleAt(await data.test(), index, features);
  const prediction = predictor.predict(sample.inputs);
  run.print(describePrediction(prediction, sample, predictor));
  return prediction;
}

await runScript(import.meta.url, project, predict, { on: 'trained-run', settings: { index: 0, file: '', recipe: '' } });
