import type { ImportedValue } from '../imported-value.ts';
import type { KerasGraph } from '../keras-graph.ts';
import type { OnnxNode } from '../onnx-node.ts';

type Pair = readonly [number, number];

/** The windows of a convolution or a pooling, as ONNX describes them. */
export interface ImportedWindows {
  readonly size: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
  /** In front of the image, at its end. */
  readonly begin: Pair;
  readonly end: Pair;
  readonly image: Pair;
}

/** What lies in the padding: zeros, or nothing, so that it counts neither for a maximum nor for a mean. */
export type PaddingContent = 'zeros' | 'nothing';

/** @param value an image or a signal @param size of a window, where the kernel says it */
export function readWindows(node: OnnxNode, value: ImportedValue, size?: Pair): ImportedWindows {
  const isSignal = value.order === 'signal';
  const image = [value.shape[0], value.shape[1]] as const;
  const claimed = node.pair('kernel_shape', size ?? [0, 0], 1, isSignal);
  if (size && claimed.join() !== size.join()) throw node.damaged(`has kernel_shape [${claimed}] and a kernel of [${size}]`);
  const strides = node.pair('strides', [1, 1], 1, isSignal);
  const dilations = node.pair('dilations', [1, 1], 1, isSignal);
  const own = node.ints('pads') ?? [0, 0, 0, 0];
  const pads = isSignal && own.length === 2 ? [0, own[0], 0, own[1]] : own;
  if (pads.length !== 4 || !pads.every((one) => Number.isSafeInteger(one) && Math.abs(one) < 2 ** 16))
    throw node.damaged(`has the pads [${pads.slice(0, 8)}]`);
  if (pads.some((one) => one < 0)) throw node.refused(`has negative pads [${pads}]`);
  const auto = node.string('auto_pad', 'NOTSET');
  const windows = { size: claimed, strides, dilations, image };
  if (auto === 'NOTSET') return { ...windows, begin: [pads[0], pads[1]], end: [pads[2], pads[3]] };
  if (auto === 'VALID') return { ...windows, begin: [0, 0], end: [0, 0] };
  const same = samePadding(windows);
  if (auto === 'SAME_UPPER') return { ...windows, ...same };
  if (auto === 'SAME_LOWER') return { ...windows, begin: same.end, end: same.begin };
  throw node.damaged(`has auto_pad ${JSON.stringify(auto.slice(0, 40))}`);
}

/**
 * Finds Keras' padding that puts the windows where ONNX has them; where there is none, adds a `ZeroPadding2D`.
 * @param content of the padding, as the operator means it
 */
export function placeWindows(
  node: OnnxNode,
  graph: KerasGraph,
  value: ImportedValue,
  windows: ImportedWindows,
  content: PaddingContent,
): { layer: string; padding: 'valid' | 'same'; outSize: Pair } {
  const { size, strides, dilations, begin, end, image } = windows;
  const along = (axis: 0 | 1) => {
    const reach = (size[axis] - 1) * dilations[axis] + 1;
    return Math.floor((image[axis] + begin[axis] + end[axis] - reach) / strides[axis]) + 1;
  };
  const outSize = [along(0), along(1)] as const;
  if (Math.min(...outSize) < 1) throw node.damaged(`has windows of [${size}], which do not fit into [${image}]`);
  if (begin.join() === '0,0' && isUnread(windows, outSize)) return { layer: value.layer, padding: 'valid', outSize };
  const same = samePadding(windows);
  // Keras' `same` may end before the padding that the file has: what no window reads does not matter.
  const isSame = same.begin.join() === begin.join() && [0, 1].every((axis) => outSize[axis] === Math.ceil(image[axis] / strides[axis]));
  if (isSame) return { layer: value.layer, padding: 'same', outSize };
  if (content === 'nothing') {
    throw node.refused(
      `pads [${begin}] and [${end}], which Keras' pooling cannot do where values may be below 0 or a mean leaves the padding out`,
    );
  }
  const padding = [0, 1].map((axis) => [begin[axis], end[axis]]);
  const layer = graph.add('ZeroPadding2D', 'padding', { padding }, [value.layer]);
  return { layer, padding: 'valid', outSize };
}

/** Whether no window reaches into the padding at the end. */
function isUnread({ size, strides, dilations, image }: ImportedWindows, outSize: Pair): boolean {
  return [0, 1].every((axis) => (outSize[axis] - 1) * strides[axis] + (size[axis] - 1) * dilations[axis] + 1 <= image[axis]);
}

/** What Keras pads with `same`: as much as the last window needs, the odd pixel at the end. */
function samePadding({ size, strides, dilations, image }: Omit<ImportedWindows, 'begin' | 'end'>): { begin: Pair; end: Pair } {
  const total = [0, 1].map((axis) => {
    const out = Math.ceil(image[axis] / strides[axis]);
    return Math.max((out - 1) * strides[axis] + (size[axis] - 1) * dilations[axis] + 1 - image[axis], 0);
  });
  const begin = total.map((padding) => Math.floor(padding / 2));
  return { begin: begin as unknown as Pair, end: total.map((padding, axis) => padding - begin[axis]) as unknown as Pair };
}
