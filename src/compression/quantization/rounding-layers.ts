import type { NamedWeights } from '../../checkpoint/model-weights.ts';
import { FakeQuantize } from '../../layers/fake-quantize.ts';
import { activationRange } from '../../packed/activation-range.ts';
import type { ActivationRange, ModelFile, NamedWeight } from '../../packed/model-file.ts';
import type { ValueRange } from '../calibration/calibration-method.ts';
import { type LayerReads, layerReads } from '../surgery/layer-reads.ts';
import { replaceLayers } from '../surgery/replace-layers.ts';
import type { LayerTopology, Topology } from '../surgery/topology.ts';

/** Layers that hand on the same numbers: they may be rounded before as well as behind. */
const sameNumbers = new Set(['Flatten', 'Reshape', 'Dropout', 'SpatialDropout1D']);
/** Layers that choose among the numbers they read, or put zeros beside them: rounded numbers stay rounded, in the same range. */
const sameRange = new Set([...sameNumbers, 'MaxPooling2D', 'GlobalMaxPooling2D', 'Concatenate', 'ZeroPadding2D', 'UpSampling2D']);

/**
 * The layers whose outputs must be rounded so that `readers` read whole numbers. A model's input counts as a layer.
 * Dropout multiplies while it trains, so the place is before it.
 */
export function placesToRound(topology: Topology, readers: Iterable<string>): string[] {
  const { reads, readers: count, layers } = layerReads(topology);
  const places = new Set<string>();
  for (const read of [...readers].flatMap((reader) => reads.get(reader) as readonly string[])) {
    let place = read;
    for (;;) {
      const sources = reads.get(place) as readonly string[];
      if (!sameNumbers.has(layers.get(place)?.class_name ?? '') || sources.length !== 1 || count.get(sources[0]) !== 1) break;
      place = sources[0];
    }
    places.add(place);
  }
  return [...places];
}

/** The model with a `FakeQuantize` behind each of the places. @param ranges undefined: each sample has its own */
export function addRounding(
  { topology, weights }: { readonly topology: Topology; readonly weights: NamedWeights },
  places: readonly string[],
  ranges: ReadonlyMap<string, ValueRange> | undefined,
): { topology: Topology; weights: NamedWeights } {
  const names = topology.config.layers.map(({ config }) => config.name);
  const input = places.find((place) => !names.includes(place)); // of a sequential model, where it is no layer
  const changed = replaceLayers(topology, (layer) => {
    const { name } = layer.config;
    const before = name === names[0] && input !== undefined ? [roundingLayer(input, !ranges)] : [];
    const behind = places.includes(name) ? [roundingLayer(name, !ranges)] : [];
    return before.length + behind.length > 0 ? [...before, layer, ...behind] : undefined;
  });
  const added = places.flatMap((place): [string, NamedWeight][] => {
    const range = ranges?.get(place);
    return range ? [[`${nameOf(place)}/range`, { shape: [2], values: Float32Array.of(range.low, range.high) }]] : [];
  });
  return { topology: changed, weights: new Map([...weights, ...added]) };
}

function nameOf(place: string): string {
  return `${place}_rounded`;
}

function roundingLayer(place: string, dynamic: boolean): LayerTopology {
  return { class_name: FakeQuantize.className, config: { name: nameOf(place), trainable: false, dynamic } };
}

/**
 * The file of a model without the layers that only round; it says instead in which range each layer's numbers are. Those that take the
 * range of each sample stay: nothing else in a file says so.
 */
export function withoutRounding(file: ModelFile): ModelFile {
  const topology = file.topology as Topology;
  const isRounding = ({ class_name: kind, config }: LayerTopology) => kind === FakeQuantize.className && config.dynamic !== true;
  const { reads } = layerReads(topology);
  const rounding = topology.config.layers.filter(isRounding).map(({ config }) => config.name);
  if (rounding.length === 0) return file;
  const plain = replaceLayers(topology, (layer) => (isRounding(layer) ? [] : undefined)) as Topology;
  const ranges = new Map<string, ActivationRange>();
  const weights = new Map(file.weights);
  for (const name of rounding) {
    const [low, high] = weights.get(`${name}/range`)?.values ?? [];
    weights.delete(`${name}/range`);
    const [source] = reads.get(name) as readonly string[];
    // A sequential model's input is called after its first layer, which was the rounding one.
    if (low !== undefined) ranges.set(source === `${name}_input` ? inputOf(plain) : source, activationRange(low, high));
  }
  const activations = passedOn(layerReads(plain), ranges);
  return { ...file, topology: plain, weights, ...(activations.size > 0 && { activations }) };
}

function inputOf(topology: Topology): string {
  return layerReads(topology).reads.keys().next().value as string;
}

/** The ranges also for the layers that hand on numbers of these ranges, before and behind. */
function passedOn({ reads, readers, layers }: LayerReads, ranges: ReadonlyMap<string, ActivationRange>): Map<string, ActivationRange> {
  const all = new Map(ranges);
  const order = [...reads.keys()];
  const passes = (name: string) => sameRange.has(layers.get(name)?.class_name ?? '');
  for (const name of order.toReversed()) {
    const range = all.get(name);
    if (!range || !passes(name)) continue;
    for (const source of reads.get(name) as readonly string[]) if (readers.get(source) === 1 && !all.has(source)) all.set(source, range);
  }
  for (const name of order) {
    const [first, ...others] = (reads.get(name) as readonly string[]).map((source) => all.get(source));
    const same = others.every((range) => range?.scale === first?.scale && range?.zeroPoint === first?.zeroPoint);
    if (first && same && passes(name) && !all.has(name)) all.set(name, first);
  }
  return new Map(order.flatMap((name) => (all.has(name) ? [[name, all.get(name) as ActivationRange]] : [])));
}
