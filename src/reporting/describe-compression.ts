import { relative } from 'node:path';
import type { CompressionLayer, CompressionResult, CompressionRow } from '../compression/compression-result.ts';
import { batchSize, type Speed, type Times } from '../compression/recipe/measure-speed.ts';
import { formatBytes, formatCount, formatLog, formatPercent } from '../core/format.ts';
import { type TextColumn, textTable } from '../core/text-table.ts';
import { stagesOf } from './compression-stages.ts';
import { milliseconds } from './milliseconds.ts';
import { usage } from './usage.ts';

/** Columns of the table that grows while a recipe runs; a longer step name only shifts its own line. */
const widths = { step: 22, weights: 12, file: 11 };

/**
 * Prints the model after each step of a recipe, as soon as it is known: one line a step, below a head.
 * Its two functions are options of `compressModel`: `...compressionProgress(run.print)`.
 */
export function compressionProgress(print: (text: string) => void) {
  let head = false;
  return {
    onNotice: (text: string) => print(`  ${text}`),
    onRow(row: CompressionRow, metric: string) {
      if (!head) print(`\n${line(['step', 'weights kept', metric, 'file', ''], metric)}`);
      head = true;
      const step = row.trained ? `  ${row.step}` : row.step;
      print(line([step, formatCount(row.weightsKept), formatLog(metric, row.value), formatBytes(row.fileBytes), row.remark], metric));
    },
  };
}

/** What `npm run compress` prints at the end: each layer before and after, the test data, times, the file and how to use it. */
export function describeCompression(result: CompressionResult): string {
  const parts = [
    ...stopLines(result),
    layerTable(result),
    '',
    gzipLine(result),
    ...testLines(result),
    ...speedLines(result),
    '',
    ...fileLines(result),
  ];
  return `\n${parts.join('\n')}`;
}

function line([step, weights, value, file, remark]: readonly string[], metric: string): string {
  const cells = [
    step.padEnd(widths.step),
    weights.padStart(widths.weights),
    value.padStart(Math.max(metric.length, 8)),
    file.padStart(widths.file),
  ];
  return `  ${cells.join('   ')}   ${remark}`.trimEnd();
}

function stopLines({ stopReason, rows }: CompressionResult): string[] {
  if (stopReason === undefined) return [];
  const kept = rows.findLast(({ undone }) => !undone)?.step;
  return [
    `  The recipe ended early: ${stopReason}.`,
    `  What came behind "${kept}" was undone; the file has the model as it was then.`,
    '',
  ];
}

function layerTable(result: CompressionResult): string {
  const { layers, rest } = result;
  const stages = stagesOf(result);
  const unit = (i: number) => (i === stages.length - 1 ? ' KB' : '');
  const kilobytes = (bytes: number, i: number) => {
    const [whole, tenths] = (bytes / 1024).toFixed(1).split('.');
    return `${formatCount(Number(whole))}.${tenths}${unit(i)}`;
  };
  const sum = (key: 'weights' | 'weightsKept' | 'multiplyAdds' | 'multiplyAddsKept') =>
    layers.reduce((total, layer) => total + layer[key], 0);
  const rows = layers.map((layer) => [
    layer.layer,
    layer.shape.join('x'),
    ...(isReplaced(layer) ? replacedCells(layer) : [...cells(layer), unitsOf(layer), String(layer.bits)]),
    ...stages.map(({ kernels }, i) => kilobytes(kernels[layer.layer] ?? 0, i)),
    layer.form,
  ]);
  const all = {
    weights: sum('weights'),
    weightsKept: sum('weightsKept'),
    multiplyAdds: sum('multiplyAdds'),
    multiplyAddsKept: sum('multiplyAddsKept'),
  };
  const restOf = (i: number) => (i === 0 ? rest.rawBytes : i === stages.length - 1 ? rest.packedBytes : stages[i].rest);
  rows.push(['biases and header', '', '', '', '', '', '', ...stages.map((_, i) => kilobytes(restOf(i), i)), '']);
  rows.push(['in all', '', ...cells(all), '', '', ...stages.map(({ bytes }, i) => kilobytes(bytes, i)), '']);
  const left = (title: string): TextColumn => ({ title, align: 'left' });
  const titles = ['weights', 'kept', 'multiply-adds', 'units', 'bits', ...stages.map(({ title }) => title)];
  return textTable([left('layer'), left('shape'), ...titles.map((title) => ({ title })), left('stored as')], rows);
}

/** By other layers, which stand in rows of their own. */
function isReplaced({ weights, unitsKept }: CompressionLayer): boolean {
  return weights > 0 && unitsKept === 0;
}

function replacedCells({ weights, multiplyAdds, units }: CompressionLayer): string[] {
  return [formatCount(weights), 'replaced', formatCount(multiplyAdds), formatCount(units), ''];
}

function cells({
  weights,
  weightsKept,
  multiplyAdds,
  multiplyAddsKept,
}: Pick<CompressionLayer, 'weights' | 'weightsKept' | 'multiplyAdds' | 'multiplyAddsKept'>): string[] {
  return [
    weights === 0 ? `new: ${formatCount(weightsKept)}` : formatCount(weights),
    weights === 0 ? '' : formatPercent(weightsKept / weights),
    change(multiplyAdds, multiplyAddsKept),
  ];
}

function unitsOf({ units, unitsKept, weights }: CompressionLayer): string {
  return weights === 0 ? formatCount(unitsKept) : change(units, unitsKept);
}

function change(before: number, after: number): string {
  return before === after ? formatCount(before) : `${formatCount(before)} -> ${formatCount(after)}`;
}

function gzipLine({ gzipBytes: { trained, compressed } }: CompressionResult): string {
  return `  for comparison, gzip: ${formatBytes(trained)} of the model as trained, ${formatBytes(compressed)} of the compressed one in plain float32`;
}

/** The metric that judged the steps, on the test data, before and after. */
function testLines({ test, metric }: CompressionResult): string[] {
  if (!test) return [];
  const key = metric.replace(/^val_/, '');
  return [`  test ${key} ${formatLog(key, test.before[key])} -> ${formatLog(key, test.after[key])}`];
}

/** Times of this machine, now. */
function speedLines({ speed, features, layers }: CompressionResult): string[] {
  if (!speed) return [];
  const sample = features.inputShape.length === 3 ? 'image' : 'row';
  const { tfjs, trained, compressed } = speed;
  const row = (name: string, key: keyof Times) => [
    name,
    ...[tfjs, trained, compressed].map((times) => (times ? milliseconds(times[key]) : '-')),
  ];
  const table = textTable(
    [{ title: 'time', align: 'left' }, { title: 'tfjs, as trained' }, { title: 'engine, as trained' }, { title: 'engine, compressed' }],
    [row(`one ${sample}`, 'one'), row(`${batchSize} ${sample}s`, 'batch')],
  );
  const chosen = kernelLines(speed);
  const isFaster = trained && compressed && compressed.batch < 0.9 * trained.batch;
  if (!trained || !compressed || isFaster) return ['', table, ...chosen];
  const why = layers.every(({ multiplyAdds, multiplyAddsKept }) => multiplyAdds === multiplyAddsKept)
    ? ': no multiplication was saved'
    : '';
  return ['', table, ...chosen, `  the engine is not faster with the compressed model${why}`];
}

/** `kernels   conv1, dense2: float32   conv2, dense1: sparse`: what computes the layers with weights. */
function kernelLines({ steps = [] }: Speed): string[] {
  const byKernel = new Map<string, string[]>();
  for (const { layers, kernel, hasChoice } of steps) if (hasChoice) byKernel.set(kernel, [...(byKernel.get(kernel) ?? []), layers[0]]);
  if (byKernel.size === 0) return [];
  return [`  kernels   ${Array.from(byKernel, ([kernel, layers]) => `${layers.join(', ')}: ${kernel}`).join('   ')}`];
}

function fileLines(result: CompressionResult): string[] {
  const { file, rows, metric } = result;
  if (!file) return [];
  const times = rows[0].fileBytes / file.sizeBytes;
  const share = times >= 1.05 ? `, ${times.toFixed(1)}x smaller than as trained` : ', not smaller than as trained';
  const path = relative(process.cwd(), file.path).replaceAll('\\', '/');
  return [
    `  ${path}, ${formatBytes(file.sizeBytes)} (${formatCount(file.sizeBytes)} bytes)${share}`,
    '',
    ...useLines(result, path).map((one) => `  ${one}`),
    ...(metric.startsWith('val_') ? [] : ['  There was no validation data: the steps were judged on the training data.']),
  ];
}

/** How the file is used: by the engine, or where a layer is none of tfjs' own, which the engine does not know, by tfjs. */
function useLines(result: CompressionResult, path: string): string[] {
  const [first, ...others] = usage(result, path);
  return [`Use it:   ${first}`, ...others.map((one) => `          ${one}`)];
}
