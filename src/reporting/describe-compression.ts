import { relative } from 'node:path';
import { layerClasses } from '../catalog.ts';
import type { CompressionLayer, CompressionResult, CompressionRow } from '../compression/compression-result.ts';
import { formatBytes, formatCount, formatLog, formatPercent } from '../core/format.ts';
import { textTable } from '../core/text-table.ts';
import { libraryLayerClasses } from '../layers/register-layers.ts';

/** Columns of the table that grows while a recipe runs; a longer step name only shifts its own line. */
const widths = { step: 22, weights: 12, file: 11 };

/**
 * Prints the model after each step of a recipe, as soon as it is known: one line a step, below a head.
 * To be given to `compressModel` as `onRow`.
 */
export function compressionRows(print: (text: string) => void): (row: CompressionRow, metric: string) => void {
  let head = false;
  return (row, metric) => {
    if (!head) print(`\n${line(['step', 'weights kept', metric, 'file', ''], metric)}`);
    head = true;
    const step = row.trained ? `  ${row.step}` : row.step;
    print(line([step, formatCount(row.weightsKept), formatLog(metric, row.value), formatBytes(row.fileBytes), row.remark], metric));
  };
}

/** What `npm run compress` prints at the end: each layer before and after, the test data, the file and how to use it. */
export function describeCompression(result: CompressionResult): string {
  const parts = [layerTable(result), '', ...testLines(result), ...fileLines(result)];
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

function layerTable({ layers, rest }: CompressionResult): string {
  const rows = layers.map((layer) => [
    layer.layer,
    formatCount(layer.weights),
    formatPercent(layer.weightsKept / layer.weights),
    unitsOf(layer),
    layer.form,
    formatBytes(layer.rawBytes),
    formatBytes(layer.packedBytes),
  ]);
  rows.push(['biases and header', '', '', '', '', formatBytes(rest.rawBytes), formatBytes(rest.packedBytes)]);
  return textTable(
    [
      { title: 'layer', align: 'left' },
      { title: 'weights' },
      { title: 'kept' },
      { title: 'units' },
      { title: 'stored as', align: 'left' },
      { title: 'raw' },
      { title: 'packed' },
    ],
    rows,
  );
}

function unitsOf({ units, unitsKept }: CompressionLayer): string {
  return unitsKept === units ? formatCount(units) : `${formatCount(units)} -> ${formatCount(unitsKept)}`;
}

/** The metric that judged the steps, on the test data, before and after. */
function testLines({ test, metric }: CompressionResult): string[] {
  if (!test) return [];
  const key = metric.replace(/^val_/, '');
  return [`  test ${key} ${formatLog(key, test.before[key])} -> ${formatLog(key, test.after[key])}`];
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
    ...useLines(result, path),
    ...(metric.startsWith('val_') ? [] : ['  There was no validation data: the steps were judged on the training data.']),
  ];
}

/** How the file is used: by the engine, or where a layer is none of tfjs' own, which the engine does not know, by tfjs. */
function useLines({ model, features }: CompressionResult, path: string): string[] {
  const known = [...layerClasses, ...libraryLayerClasses];
  const own = [...new Set(model.layers.map((layer) => layer.getClassName()))].filter((name) => !known.includes(name));
  if (own.length > 0)
    return [
      `  Use it:   import { loadLayersModel } from 'dl-project/compression';`,
      `            import './src/project.ts'; // it knows ${own.join(', ')}, which the engine (dl-project/inference) does not`,
      `            const { model } = await loadLayersModel('${path}');`,
    ];
  const sample = features.inputShape.length === 3 ? 'pixels' : 'row';
  const size = features.inputShape.reduce((product, length) => product * length, 1);
  const meaning =
    sample === 'pixels' ? `${formatCount(size)} numbers from 0 to 255, row after row` : 'an object by column name, or the values in order';
  const answer =
    features.task === 'classification'
      ? `{ label: '${features.outputNames.at(-1)}', probability: ... }`
      : `{ value: ... }   in the unit of ${features.outputNames[0]}`;
  return [
    `  Use it:   import { loadModel } from 'dl-project/inference';`,
    `            const model = await loadModel('${path}');`,
    `            // ${sample}: ${meaning}`,
    `            const [answer] = await model.predict([${sample}]);        // ${answer}`,
  ];
}
