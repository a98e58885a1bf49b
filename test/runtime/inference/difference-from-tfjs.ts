import type { LayersModel } from '@tensorflow/tfjs-layers';
import { packModel } from '../../../src/compression/pack-model.ts';
import type { Features } from '../../../src/data/features.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { largestDifference, randomInputs, tfjsOutputs } from '../export/nets.ts';

/** The largest difference between tfjs' outputs and the engine's, on `samples` random samples. */
export async function differenceFromTfjs(model: LayersModel, features: Features, samples: number): Promise<number> {
  const engine = await loadModel(await packModel(model, { features }));
  const inputs = randomInputs(features, samples);
  return largestDifference(engine.compute(inputs), await tfjsOutputs(model, features, inputs));
}
