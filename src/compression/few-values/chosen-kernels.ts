import { type LayersModel, layers as tfLayers } from '@tensorflow/tfjs-layers';
import { DlError } from '../../core/errors.ts';
import type { Layer } from '../../layers/layers.ts';
import { matchNames } from '../../layers/match-names.ts';
import type { RecipePosition } from '../technique.ts';
import { prunableWeights } from '../weight-pruning/prunable-weights.ts';

export interface KernelChoice {
  /** Names of layers; `*` stands for any letters. @default every convolution and dense layer */
  layers?: readonly string[];
  /** Leaves the layers that read the data and those that give the outputs as they are: they cost little and matter most. @default true */
  keepFirstAndLast?: boolean;
}

/**
 * The kernels that a technique turns into coarser ones.
 *
 * @param technique how errors name it
 * @throws DlError `config` for a name that no layer has, `refused` where no layer is left
 */
export function chosenKernels(technique: string, model: LayersModel, { layers, keepFirstAndLast = true }: KernelChoice) {
  if (layers !== undefined && !(Array.isArray(layers) && layers.every((name) => typeof name === 'string'))) {
    throw new DlError('config', `${technique} layers is ${JSON.stringify(layers)}; it must be a list of names: ['conv2', 'dense*'].`);
  }
  if (typeof keepFirstAndLast !== 'boolean') {
    throw new DlError('config', `${technique} keepFirstAndLast is ${JSON.stringify(keepFirstAndLast)}; allowed are true and false.`);
  }
  const kernels = prunableWeights(model);
  const names = kernels.map(({ layer }) => layer);
  const wanted = new Set(layers?.flatMap((pattern) => matchNames(`${technique} layers`, pattern, names)) ?? names);
  const ends = keepFirstAndLast ? firstAndLast(model) : new Set<string>();
  const chosen = kernels.filter(({ layer }) => wanted.has(layer) && !ends.has(layer));
  if (chosen.length > 0) return chosen;
  const reason = names.length === 0 ? 'has no convolution or dense layer' : `leaves ${[...ends].join(' and ')} as they are`;
  throw new DlError('refused', `${technique} finds no layer to change: the model ${reason}. keepFirstAndLast: false takes those too.`);
}

/**
 * Two steps cannot hold one kernel.
 * @throws DlError `refused` where another step of the recipe holds weights while the model trains
 */
export function refuseOtherHolders(technique: string, { steps, index }: RecipePosition): void {
  const other = steps.find((step, i) => i !== index && step.project);
  if (!other) return;
  throw new DlError(
    'refused',
    `The recipe has ${technique} and ${other.name}, and both hold weights while the model trains: leave one of them out.`,
  );
}

/** The layers with a kernel before which, or behind which, there is no other. */
function firstAndLast(model: LayersModel): Set<string> {
  const first = withKernel(model).filter((layer) => !reaches(layer, readBy));
  const last = withKernel(model).filter((layer) => !reaches(layer, readersOf));
  return new Set([...first, ...last].map(({ name }) => name));
}

function withKernel(model: LayersModel): Layer[] {
  return model.layers.filter(hasKernel);
}

function hasKernel({ weights }: Layer): boolean {
  return weights.some(({ originalName }) => originalName.endsWith('kernel'));
}

/** Whether a layer with a kernel can be reached. */
function reaches(from: Layer, next: (layer: Layer) => readonly Layer[]): boolean {
  const seen = new Set(next(from));
  for (const layer of seen) {
    if (hasKernel(layer)) return true;
    for (const one of next(layer)) seen.add(one);
  }
  return false;
}

/** The layers that a layer reads. */
export function readBy({ inboundNodes }: Layer): Layer[] {
  return inboundNodes.flatMap((node) => node.inboundLayers).filter((layer) => layer instanceof tfLayers.Layer);
}

/** The layers that read a layer. */
export function readersOf({ outboundNodes }: Layer): Layer[] {
  return outboundNodes.map((node) => node.outboundLayer).filter((layer) => layer instanceof tfLayers.Layer);
}
