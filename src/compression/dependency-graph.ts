import { LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { passLayer } from './units/pass-layer.ts';
import { type DependencyGraph, UnitRecord } from './units/unit-record.ts';
import type { Units } from './units/unit-ties.ts';

export type { DependencyGraph, UnitAxis, UnitGroup, UnitSetting } from './units/unit-record.ts';

/**
 * Follows every unit of a model through its layers and branches: what makes it, carries it and reads it, and which others it is tied to.
 * The idea is that of "DepGraph: Towards any structural pruning" (Fang et al., 2023), here unit by unit: every value has a list of the units along
 * its last axis. A concatenation puts lists one behind the other, a flatten repeats them, an addition ties two lists entry by entry.
 *
 * Sequential and functional models, models inside models, shared layers. Units that a layer mixes (softmax, layer normalization), moves to another
 * axis, or that go into a layer not known here stay; so do the model's outputs.
 */
export function dependencyGraph(model: LayersModel): DependencyGraph {
  const record = new UnitRecord();
  const { ties } = record;
  const inputs = model.inputs.map(({ shape }) => ties.make(shape[shape.length - 1] ?? 0));
  for (const units of inputs) ties.keep(units, "they are tied to the model's inputs");
  for (const units of passModel(record, model, inputs)) ties.keep(units, "they are the model's outputs");
  return record.result();
}

/** @returns the units of the model's outputs */
function passModel(record: UnitRecord, model: LayersModel, inputs: readonly Units[]): Units[] {
  const values = new Map<SymbolicTensor, Units>(model.inputs.map((input, i) => [input, inputs[i]]));
  const visit = (value: SymbolicTensor): Units => {
    const known = values.get(value);
    if (known) return known;
    const read = value.inputs.map(visit);
    const layer = value.sourceLayer;
    const units =
      layer instanceof LayersModel ? passInner(record, layer, read)[value.outputTensorIndex ?? 0] : passLayer(record, value, read);
    values.set(value, units);
    return units;
  };
  return model.outputs.map(visit);
}

/** A model as a layer says what it reads: in its input layers, a sequential one in its first layer. */
function passInner(record: UnitRecord, model: LayersModel, inputs: readonly Units[]): Units[] {
  model.inputs.forEach(({ sourceLayer }, i) => {
    for (const layer of new Set([sourceLayer, ...model.layers.slice(0, 1)])) record.set(layer, 'batch_input_shape', inputs[i]);
  });
  return passModel(record, model, inputs);
}
