import { engine, type Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';

type Weight = LayersModel['weights'][number];

/**
 * Names the weights of `model` `<layer>/<weight>`: `conv1/kernel`. tfjs appends `_1`, `_2` ... in every further model of a
 * process, even when the first is gone; gradients, optimizer state and masks are kept by name and would not be found again.
 * Call it on every model that was built or loaded.
 * @throws DlError `shape` where two weights have the same name
 */
export function stableWeightNames(model: LayersModel): void {
  const seen = new Set<string>();
  for (const weight of model.weights) {
    const name = weight.originalName;
    if (seen.has(name))
      throw new DlError('shape', `Two weights of model ${model.name} are called ${name}: give the layers different names.`);
    seen.add(name);
    rename(weight, name);
  }
}

function rename(weight: Weight, name: string): void {
  const variable = variableOf(weight);
  const registered = engine().registeredVariables;
  // The engine disposes a variable's entry under the name it has then: it must not stay behind under the old one.
  if (registered[variable.name] === variable) delete registered[variable.name];
  variable.name = name;
  registered[name] ??= variable;
}

/** The tfjs variable that holds a weight of a layer. */
export function variableOf(weight: Weight): Variable {
  return weight.read() as Variable;
}

/** The weights of a model that training changes, in layer order. */
export function trainableVariables(model: LayersModel): Variable[] {
  return model.trainableWeights.map(variableOf);
}
