import type { RawSample } from '../../data/dataset.ts';
import { encodePng } from '../../data/images/encode-png.ts';
import { bytesField, doubleField, doublesField, floatField, message, varintField } from './protobuf.ts';

/** One value of TensorBoard's `Summary` message (tensorboard/compat/proto/summary.proto), by its tag. */
export type SummaryValue = Buffer;

export function scalarSummary(tag: string, value: number): SummaryValue {
  return message(bytesField(1, tag), floatField(2, value));
}

/** Buckets of equal width between the smallest and the largest value, as Keras' TensorBoard callback has them. */
const bucketCount = 30;

/** How values are spread; those that are no finite numbers are left out. Undefined where none is left. */
export function histogramSummary(tag: string, values: Float32Array): SummaryValue | undefined {
  let [low, high, count, sum, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
    count++;
    sum += value;
    squares += value * value;
  }
  if (count === 0) return undefined;
  const width = (high - low) / bucketCount || 1;
  const limits = Array.from({ length: bucketCount }, (_, i) => (i === bucketCount - 1 && high > low ? high : low + (i + 1) * width));
  const buckets = new Float64Array(bucketCount);
  for (const value of values) if (Number.isFinite(value)) buckets[Math.min(bucketCount - 1, Math.floor((value - low) / width))]++;
  const facts = [low, high, count, sum, squares].map((value, i) => doubleField(i + 1, value));
  return message(bytesField(1, tag), bytesField(5, message(...facts, doublesField(6, limits), doublesField(7, buckets))));
}

export function imageSummary(tag: string, { shape, pixels }: Extract<RawSample, { kind: 'image' }>): SummaryValue {
  const [height, width, channels] = shape;
  const image = message(varintField(1, height), varintField(2, width), varintField(3, channels), bytesField(4, encodePng(pixels, shape)));
  return message(bytesField(1, tag), bytesField(4, image));
}

/** Markdown for the text tab. */
export function textSummary(tag: string, markdown: string): SummaryValue {
  const stringType = 7;
  const tensor = message(varintField(1, stringType), bytesField(2, message()), bytesField(8, markdown));
  return message(bytesField(1, tag), bytesField(8, tensor), bytesField(9, plugin('text')));
}

/** The settings of a run, for the table of the HParams tab (tensorboard/plugins/hparams/plugin_data.proto). */
export function settingsSummary(
  settings: Readonly<Record<string, string | number | boolean>>,
  runName: string,
  startSeconds: number,
): SummaryValue {
  const entries = Object.entries(settings).map(([key, value]) =>
    bytesField(1, message(bytesField(1, key), bytesField(2, protobufValue(value)))),
  );
  const start = message(...entries, bytesField(4, runName), doubleField(5, startSeconds));
  return message(
    bytesField(1, '_hparams_/session_start_info'),
    bytesField(9, plugin('hparams', message(varintField(1, 0), bytesField(3, start)))),
  );
}

function plugin(name: string, content: Uint8Array = message()): Buffer {
  return bytesField(1, message(bytesField(1, name), bytesField(2, content)));
}

function protobufValue(value: string | number | boolean): Buffer {
  if (typeof value === 'number') return doubleField(2, value);
  return typeof value === 'string' ? bytesField(3, value) : varintField(4, Number(value));
}
