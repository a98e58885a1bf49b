import type { LayersModel } from '@tensorflow/tfjs-layers';
import { evaluateModel } from '../../training/evaluate-model.ts';
import { resolveMetric } from '../../training/resolve-parts.ts';
import type { TechniqueContext } from '../technique.ts';
import type { BitsByLayer } from './quantized-layers.ts';

/** A model with these layers quantized, weights too; to be disposed. */
type Build = (bits: BitsByLayer) => Promise<LayersModel>;

/**
 * Gives layers more bits, those first whose quantization alone makes the loss worst: 4 bits become 8, and where all have 8 they
 * stay float, until the validation metric is worse by at most `maxDrop`. With no layer left quantized it gives up.
 * @returns may be empty
 */
export async function mixedPrecision(context: TechniqueContext, build: Build, start: BitsByLayer, maxDrop: number): Promise<BitsByLayer> {
  const judge = judgeOf(context);
  const judgeBits = async (bits: BitsByLayer) => {
    const model = await build(bits);
    try {
      return await judge(model);
    } finally {
      model.dispose();
    }
  };
  const float = await judge(context.model);
  const bits = new Map(start);
  const isGoodEnough = async () => bits.size === 0 || float.value - (await judgeBits(bits)).value <= maxDrop;
  if (await isGoodEnough()) return bits;
  const losses = new Map<string, number>();
  for (const one of start) losses.set(one[0], (await judgeBits(new Map([one]))).loss);
  const worstFirst = [...losses.keys()].sort((a, b) => (losses.get(b) as number) - (losses.get(a) as number));
  for (const from of [4, 8]) {
    for (const layer of worstFirst) {
      if (bits.get(layer) !== from) continue;
      if (from === 4) bits.set(layer, 8);
      else bits.delete(layer);
      context.note({ layer, text: from === 4 ? 'needs 8 bits' : 'stays float' });
      if (await isGoodEnough()) return bits;
    }
  }
  return bits;
}

/** The first metric, turned so that more is better; without metrics the loss. */
function judgeOf({ data, training }: TechniqueContext) {
  if (!data || !training) throw new Error('mixedPrecision was not checked.');
  const metrics = (training.metrics ?? []).slice(0, 1).map(resolveMetric);
  return async (model: LayersModel) => {
    const { logs } = await evaluateModel(model, data.validation ?? data.train, { loss: training.loss, metrics });
    const [metric] = metrics;
    const value = metric ? (metric.higherIsBetter ? logs[metric.name] : -logs[metric.name]) : -logs.loss;
    return { value, loss: logs.loss };
  };
}
