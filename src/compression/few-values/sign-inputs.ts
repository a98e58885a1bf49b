import type { LayersModel } from '@tensorflow/tfjs-layers';
import { buildModel } from '../../checkpoint/load-checkpoint.ts';
import { readWeights } from '../../checkpoint/model-weights.ts';
import type { NamedWeight } from '../../packed/model-file.ts';
import { replaceLayers } from '../surgery/replace-layers.ts';
import { type LayerTopology, topologyOf } from '../surgery/topology.ts';
import { readBy, readersOf } from './chosen-kernels.ts';

/** Follows the training quickly: steps behind surgery are few. */
const normalization = { momentum: 0.9, epsilon: 1e-4, axis: -1 };

/**
 * Puts a sign in front of each of the layers, and a batch normalization in front of that where none is: the order of XNOR-Net
 * (Rastegari et al., 2016), in which the signs of what was normalized lose least. The layers keep their activations and their bias.
 */
export async function signInputs(model: LayersModel, names: readonly string[], inputScale: boolean): Promise<LayersModel> {
  const weights = new Map(await readWeights(model));
  const free = freeNames(model);
  const topology = replaceLayers(topologyOf(model), (layer) => {
    const { name } = layer.config;
    if (!names.includes(name)) return undefined;
    const own = model.getLayer(name);
    const chain: LayerTopology[] = [
      { class_name: 'SignActivation', config: { name: free(`${name}-sign`), quantizer: 'ste_sign', input_scale: inputScale } },
      layer,
    ];
    if (readBy(own).every((read) => read.getClassName() === 'BatchNormalization')) return chain;
    const shape = own.inboundNodes[0].inputShapes[0] as number[];
    return [addNormalization(free(`${name}-norm`), shape[shape.length - 1], weights), ...chain];
  });
  return buildModel(topology, weights);
}

/**
 * Puts a batch normalization behind each of the layers that has none: their two values have no scale of their own. What the
 * activation of a layer was comes behind it.
 */
export async function normalizeOutputs(model: LayersModel, names: readonly string[]): Promise<LayersModel> {
  const weights = new Map(await readWeights(model));
  const free = freeNames(model);
  const topology = replaceLayers(topologyOf(model), (layer) => {
    const { name, activation } = layer.config;
    const own = model.getLayer(name);
    const readers = readersOf(own);
    const hasOne = readers.length > 0 && readers.every((reader) => reader.getClassName() === 'BatchNormalization');
    if (!names.includes(name) || hasOne) return undefined;
    const [{ shape }] = own.weights;
    const chain: LayerTopology[] = [
      { ...layer, config: { ...layer.config, activation: 'linear' } },
      addNormalization(free(`${name}-norm`), shape[shape.length - 1] as number, weights),
    ];
    const behind = { class_name: 'Activation', config: { name: free(`${name}-activation`), activation } };
    return activation === undefined || activation === 'linear' ? chain : [...chain, behind];
  });
  return buildModel(topology, weights);
}

/** The name, or with a number behind it where a layer has it already: blocks call their layers alike. */
function freeNames(model: LayersModel): (name: string) => string {
  const taken = new Set(model.layers.map(({ name }) => name));
  return (name) => {
    let free = name;
    for (let number = 2; taken.has(free); number++) free = `${name}${number}`;
    taken.add(free);
    return free;
  };
}

/** A batch normalization that does nothing yet; its weights are added. */
function addNormalization(name: string, channels: number, weights: Map<string, NamedWeight>): LayerTopology {
  for (const [weight, value] of Object.entries({ gamma: 1, beta: 0, moving_mean: 0, moving_variance: 1 })) {
    weights.set(`${name}/${weight}`, { shape: [channels], values: new Float32Array(channels).fill(value) });
  }
  return { class_name: 'BatchNormalization', config: { name, ...normalization } };
}
