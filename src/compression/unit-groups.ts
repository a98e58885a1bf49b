import type { LayersModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';

type Layer = LayersModel['layers'][number];

/** One axis of one weight along which the units of a group lie: the whole group once per position. */
export interface UnitAxis {
  /** `conv2/kernel` */
  readonly weight: string;
  readonly axis: number;
  /** How often the units repeat along the axis: 1, or height * width behind a flatten. Unit u of position p is entry `p * units + u`. */
  readonly positions: number;
}

/** Units (filters, or neurons of a dense layer) that can be removed, with everything that depends on them. */
export interface UnitGroup {
  readonly layer: string;
  readonly units: number;
  /** What makes the units: their importance is read here. The units lie along its last axis. */
  readonly kernel: string;
  /** Everything that has a slice per unit, the kernel too. */
  readonly axes: readonly UnitAxis[];
}

/** Layers that make units, and read those of the layer before. */
const producers = new Set(['Conv2D', 'Dense']);
/** Layers that keep the units apart and have no weights; Flatten repeats them. */
const passThrough = new Set([
  'InputLayer',
  'MaxPooling2D',
  'AveragePooling2D',
  'GlobalMaxPooling2D',
  'GlobalAveragePooling2D',
  'Dropout',
  'Activation',
  'ReLU',
  'LeakyReLU',
  'ELU',
  'ZeroPadding2D',
  'UpSampling2D',
  'Flatten',
]);
/** Layers that keep the units apart and have weights of their own for each. */
const withWeights = new Set(['BatchNormalization', 'DepthwiseConv2D']);

/**
 * Finds the units that can be removed from a sequential model: those of every convolution and dense layer but the last one.
 * Each group runs from the layer that makes the units to the next one that reads them.
 *
 * @throws DlError `refused` for a functional (branched) model, and for a layer behind which units cannot be followed
 */
export function unitGroups(model: LayersModel): UnitGroup[] {
  if (model.getClassName() !== 'Sequential') {
    throw new DlError(
      'refused',
      'pruneUnits removes units of sequential models only, and this one is functional (it may branch). Build it with sequential([...]), or use pruneWeights.',
    );
  }
  const groups: UnitGroup[] = [];
  model.layers.forEach((layer, i) => {
    if (!producers.has(layer.getClassName())) return;
    const axes = axesBehind(layer, model.layers.slice(i + 1));
    if (axes) groups.push({ layer: layer.name, units: lastLength(layer), kernel: `${layer.name}/kernel`, axes });
  });
  return groups;
}

/** Undefined where no layer reads the units: they are the model's outputs. */
function axesBehind(producer: Layer, followers: readonly Layer[]): UnitAxis[] | undefined {
  const readerAt = followers.findIndex((layer) => producers.has(layer.getClassName()));
  if (readerAt < 0) return undefined;
  const reader = followers[readerAt];
  const between = followers.slice(0, readerAt);
  for (const layer of [producer, ...between, reader]) checkFollowable(producer, layer);
  for (const layer of [producer, ...between]) checkUnitsApart(producer, layer);

  let positions = 1;
  const axes = producer.weights.map(({ originalName, shape }) => ({ weight: originalName, axis: shape.length - 1, positions }));
  for (const layer of between) {
    if (layer.getClassName() === 'Flatten') positions = lastLength(layer) / lastLength(producer);
    for (const { originalName } of layer.weights) {
      axes.push({ weight: originalName, axis: originalName.endsWith('/depthwise_kernel') ? 2 : 0, positions });
    }
  }
  axes.push({ weight: `${reader.name}/kernel`, axis: reader.getClassName() === 'Conv2D' ? 2 : 0, positions });
  return axes;
}

function checkFollowable(producer: Layer, layer: Layer): void {
  const kind = layer.getClassName();
  const config = layer.getConfig();
  if (!producers.has(kind) && !passThrough.has(kind) && !withWeights.has(kind)) {
    throw cannotRemove(producer, `it cannot follow them through ${layer.name} (${kind})`);
  }
  if (config.dataFormat === 'channelsFirst') throw cannotRemove(producer, `${layer.name} has its channels first`);
  if (kind === 'BatchNormalization' && ![-1, layer.outputShape.length - 1].includes(config.axis as number)) {
    throw cannotRemove(producer, `${layer.name} normalises axis ${config.axis}, not the last one`);
  }
  if (kind === 'DepthwiseConv2D' && config.depthMultiplier !== 1) {
    throw cannotRemove(producer, `${layer.name} has depthMultiplier ${config.depthMultiplier}; only 1 can be followed`);
  }
}

/** Softmax divides by the sum over all units: without some, the others would change. */
function checkUnitsApart(producer: Layer, layer: Layer): void {
  if (layer.getConfig().activation === 'softmax') throw cannotRemove(producer, `the softmax of ${layer.name} mixes them`);
}

function cannotRemove(producer: Layer, why: string): DlError {
  return new DlError(
    'refused',
    `pruneUnits cannot remove units of ${producer.name}: ${why}. Use pruneWeights for this model, or change the layer.`,
  );
}

function lastLength(layer: Layer): number {
  return (layer.outputShape as number[])[layer.outputShape.length - 1];
}
