import { buildModel } from '../checkpoint/load-checkpoint.ts';
import { readWeights } from '../checkpoint/model-weights.ts';
import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import { topologyOf } from './surgery/topology.ts';
import { hasFoldableBatchNorm, withoutBatchNorm } from './surgery/without-batch-norm.ts';
import type { Technique } from './technique.ts';

/**
 * Merges each BatchNormalization into the convolution or dense layer before it, which then has a bias: in inference it is nothing but a factor and a
 * term per channel (Jacob et al., 2018). The outputs stay the same within 1e-5. It makes the model faster where tfjs runs it; the engine, `quantize`
 * and the ONNX export do it by themselves. Steps behind it train without normalization: it stands behind the last `fineTune`.
 */
export function foldBatchNorm(options: Readonly<Record<string, never>> = {}): Technique {
  requireKnownOptions('foldBatchNorm', options, {});
  return {
    name: 'foldBatchNorm',
    label: 'fold batch norm',
    options,
    needs: 'nothing',
    check({ model }) {
      if (hasFoldableBatchNorm(topologyOf(model))) return;
      throw new DlError('refused', 'foldBatchNorm finds no BatchNormalization behind a convolution or a dense layer. Leave it out.');
    },
    async rewrite({ model, note }) {
      const { topology, weights, notes } = withoutBatchNorm(topologyOf(model), await readWeights(model));
      for (const line of notes) note(line);
      return buildModel(topology, weights);
    },
  };
}
