import { loadBestModel } from 'dl-project/checkpoint';
import { findPackedModel, measureLatency } from 'dl-project/compression';
import { describeLatency } from 'dl-project/reporting';
import { type Run, runScript } from 'dl-project/runs';
import { type Config, project } from './project.ts';

/** Times a prediction of a packed model, layer by layer, beside the model as trained in tfjs. */
export async function latency(_: Config, run: Run<Config>, { file, batch }: { file: string; batch: number }) {
  const { model: dense } = await loadBestModel(run);
  const times = await measureLatency(file || findPackedModel(run).path, { batch, dense });
  run.print(describeLatency(times));
  return times;
}

await runScript(import.meta.url, project, latency, { on: 'trained-run', settings: { file: '', batch: 1 } });
