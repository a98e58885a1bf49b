import type { ImportedValue } from '../imported-value.ts';
import type { KerasGraph } from '../keras-graph.ts';
import type { OnnxNode } from '../onnx-node.ts';

/** Ways to find the nearest pixel that repeat every pixel the same number of times. */
const repeating = new Set(['asymmetric floor', 'half_pixel round_prefer_floor', 'half_pixel round_prefer_ceil']);

/** `Resize` and its predecessor `Upsample`, of images to a multiple of their size by repeating pixels: `UpSampling2D`. */
export function resize(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const value = node.value(0);
  const mode = node.string('mode', 'nearest');
  const isOld = node.operator === 'Upsample' || node.opset < 11;
  const where = isOld ? 'asymmetric' : node.string('coordinate_transformation_mode', 'half_pixel').replace('pytorch_', '');
  const rounding = isOld ? 'floor' : node.string('nearest_mode', 'round_prefer_floor');
  if (mode !== 'nearest' || !repeating.has(`${where} ${rounding}`)) {
    throw node.refused(`enlarges by ${JSON.stringify(`${mode}, ${where}, ${rounding}`.slice(0, 100))}; known is to repeat pixels`);
  }
  if (value.order !== 'channelsFirst' || node.has('axes'))
    throw node.refused(`reads [${value.onnxShape}], which is no image [channels, height, width]`);
  const [height, width, channels] = value.shape;
  const sizes = isOld ? undefined : node.optionalConstant(3)?.values;
  const scales = sizes && sizes.length > 0 ? [1, sizes[1] / channels, sizes[2] / height, sizes[3] / width] : scalesOf(node, isOld);
  const [, kept, down, across] = scales;
  const isWhole = [down, across].every((factor) => Number.isSafeInteger(factor) && factor >= 1 && factor < 2 ** 16);
  if (scales.length !== 4 || kept !== 1 || !isWhole)
    throw node.refused(`makes an image [${scales.slice(0, 8)}] times as large, which is no whole number`);
  const layer = graph.add('UpSampling2D', 'upsampling', { size: [down, across], interpolation: 'nearest' }, [value.layer]);
  return graph.value(layer, [height * down, width * across, channels], 'channelsFirst', { isNonNegative: value.isNonNegative });
}

function scalesOf(node: OnnxNode, isOld: boolean): readonly number[] {
  const list = node.operator === 'Upsample' && node.opset < 9 ? node.floats('scales') : node.constant(isOld ? 1 : 2).values;
  return Array.from(list ?? []);
}
