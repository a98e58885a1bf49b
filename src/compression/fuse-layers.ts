import { buildModel } from '../checkpoint/load-checkpoint.ts';
import { readWeights } from '../checkpoint/model-weights.ts';
import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import { topologyOf } from './surgery/topology.ts';
import { hasFusibleActivation, withFusedActivations } from './surgery/with-fused-activations.ts';
import { hasFoldableBatchNorm, withoutBatchNorm } from './surgery/without-batch-norm.ts';
import type { Technique } from './technique.ts';

/**
 * Merges each BatchNormalization into the convolution or dense layer before it, which then has a bias: in inference it is nothing but a factor and a
 * term per channel (Jacob et al., 2018). A ReLU, a Softmax or another activation that is a layer becomes the `activation` of the layer before it.
 * The outputs stay the same within 1e-5. It makes the model faster where tfjs runs it; the engine, `quantize` and the ONNX export do it by themselves.
 * Steps behind it train without normalization: it stands behind the last `fineTune`. PyTorch's `fuse_modules`.
 */
export function fuseLayers(options: Readonly<Record<string, never>> = {}): Technique {
  requireKnownOptions('fuseLayers', options, {});
  return {
    name: 'fuseLayers',
    label: 'fuse layers',
    options,
    needs: 'nothing',
    check({ model }) {
      const topology = topologyOf(model);
      if (hasFoldableBatchNorm(topology) || hasFusibleActivation(topology)) return;
      throw new DlError(
        'refused',
        'fuseLayers finds no BatchNormalization and no activation behind a convolution or a dense layer. Leave it out.',
      );
    },
    async rewrite({ model, note }) {
      const folded = withoutBatchNorm(topologyOf(model), await readWeights(model));
      const fused = withFusedActivations(folded.topology);
      for (const line of [...folded.notes, ...fused.notes]) note(line);
      return buildModel(fused.topology, folded.weights);
    },
  };
}
