import type { LayersModel } from '@tensorflow/tfjs-layers';

/** Keras' description of a model, as tfjs writes it; keys in snake case. */
export interface Topology {
  readonly class_name: string;
  readonly config: { readonly name: string; readonly layers: readonly LayerTopology[] };
}

export interface LayerTopology {
  readonly class_name: string;
  readonly config: { readonly name: string; [key: string]: unknown };
}

/** The layers of a model and how they are configured, without weights; plain JSON. */
export function topologyOf(model: LayersModel): Topology {
  const { class_name, config } = model.toJSON(undefined, false) as unknown as Topology;
  return { class_name, config };
}

/** Without what only matters before training: how weights are drawn and held in bounds. About half as long. */
export function withoutTrainingSettings(topology: Topology): Topology {
  const text = JSON.stringify(topology, (key, value) => (/_(initializer|regularizer|constraint)$/.test(key) ? undefined : value));
  return JSON.parse(text);
}
