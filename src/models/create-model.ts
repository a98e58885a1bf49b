import type { LayersModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';
import type { Features } from '../data/features.ts';
import { withLayerNames } from '../layers/layer-names.ts';
import { registerLayers } from '../layers/register-layers.ts';
import { stableWeightNames } from '../layers/stable-weight-names.ts';
import type { ModelDefinition } from './define-model.ts';
import { initializeWeights } from './initialize-weights.ts';

/**
 * Builds a model for the data and draws its initial weights from `seed`: equal seeds give equal weights, on every backend
 * and whatever was built before.
 * @param options those that differ from the definition's defaults
 * @param seed any safe integer; 0 is a seed like any other
 * @throws DlError `shape` for data the model cannot take, `config` for options it cannot be built with
 */
export function createModel<Options extends object>(
  definition: ModelDefinition<string, Options>,
  options: Partial<Options>,
  features: Features,
  seed: number,
): LayersModel {
  registerLayers();
  const all = { ...definition.defaults, ...options };
  const model = build(definition, all, features);
  try {
    model.name = definition.name;
    if (!definition.ownOutputs) checkOutputs(model, features);
    stableWeightNames(model);
    initializeWeights(model, seed);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function build<Options extends object>(definition: ModelDefinition<string, Options>, options: Options, features: Features): LayersModel {
  try {
    return withLayerNames(() => definition.build(features, options));
  } catch (cause) {
    const what = `${definition.name} cannot be built for inputs of shape [${features.inputShape.join(', ')}]`;
    if (cause instanceof DlError && cause.code === 'shape') {
      throw new DlError('shape', `${what}. ${cause.message} model.name=mlp takes images and table rows of any size.`, { cause });
    }
    if (cause instanceof DlError) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new DlError('config', `${what} with ${JSON.stringify(options)}: ${message}`, { cause });
  }
}

function checkOutputs(model: LayersModel, { task, outputs }: Features): void {
  const shape = model.outputShape as (number | null)[];
  if (!(shape.length === 2 && shape[1] === outputs)) {
    throw new DlError(
      'shape',
      `${model.name} gives outputs of shape [${shape.slice(1).join(', ')}]; the data needs [${outputs}]. ` +
        'Its last dense layer should have `units: outputs`.',
    );
  }
  if (task === 'regression' && model.layers[model.layers.length - 1].getClassName() === 'Softmax') {
    throw new DlError(
      'shape',
      `${model.name} ends in softmax and gives class probabilities, but this data has numbers to predict. Use model.name=mlp.`,
    );
  }
}
