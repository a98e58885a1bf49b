import { formatBytes, formatCount, formatLog, formatPercent } from '../core/format.ts';
import { printable } from '../core/printable.ts';
import { type TextColumn, textTable } from '../core/text-table.ts';
import type { NamedWeight } from '../packed/model-file.ts';
import type { ReadModelFile, StoredWeight } from '../packed/read-model-file.ts';

/** One weight of a packed model, in figures. */
export interface WeightSummary {
  readonly name: string;
  readonly shape: readonly number[];
  readonly notZero: number;
  /** Layout, number format and coders: `gaps, codebook, huffman`. */
  readonly form: string;
  readonly sizeBytes: number;
  /** Of its bytes, the header aside; 32 as float32. Undefined for a weight without values. */
  readonly bitsPerWeight: number | undefined;
}

/** What a packed model holds, in figures; `dl-project inspect <file> json` prints it. */
export interface ModelFileSummary {
  readonly sizeBytes: number;
  /** Of all weights as float32. */
  readonly float32Bytes: number;
  readonly weights: readonly WeightSummary[];
  /** What is not weights: names, shapes, topology, metadata. */
  readonly headerBytes: number;
}

/** @param sizeBytes of the whole file */
export function summarizeModelFile({ weights, stored }: ReadModelFile, sizeBytes: number): ModelFileSummary {
  const summaries = Array.from(weights, ([name, weight]) => summarizeWeight(name, weight, stored.get(name) as StoredWeight));
  return {
    sizeBytes,
    float32Bytes: [...weights.values()].reduce((sum, { values }) => sum + values.byteLength, 0),
    weights: summaries,
    headerBytes: sizeBytes - summaries.reduce((sum, weight) => sum + weight.sizeBytes, 0),
  };
}

function summarizeWeight(name: string, { shape, values }: NamedWeight, { form, sizeBytes }: StoredWeight): WeightSummary {
  const notZero = values.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
  return { name, shape, notZero, form, sizeBytes, bitsPerWeight: values.length === 0 ? undefined : (8 * sizeBytes) / values.length };
}

/**
 * What `dl-project inspect` prints of a packed model: what it is, its layers, how each weight lies, where the bytes are.
 * @param path as the user typed it
 */
export function describeModelFile(path: string, file: ReadModelFile, sizeBytes: number): string {
  const summary = summarizeModelFile(file, sizeBytes);
  const times = summary.float32Bytes / sizeBytes;
  const head = `  ${printable(path)}   ${formatBytes(sizeBytes)}${times >= 1.05 ? `, ${times.toFixed(1)}x smaller than its weights as float32` : ''}`;
  return [head, facts(file), layerTable(file.topology), weightTable(summary)].filter(Boolean).join('\n\n');
}

/** Longer lists are cut. */
const shownLetters = 100;
const shownSettings = 60;

function facts({ features, metrics, recipe, activations }: ReadModelFile): string {
  const { task, inputShape, outputNames } = asObject(features);
  const rows = [
    ['answers', [task, Array.isArray(outputNames) ? outputNames.join(', ') : undefined].filter((part) => part !== undefined).join(': ')],
    ['input', Array.isArray(inputShape) ? inputShape.join(' x ') : ''],
    [
      'metrics',
      Object.entries(metrics)
        .map(([key, value]) => `${key} ${formatLog(key, value)}`)
        .join(', '),
    ],
    [
      'recipe',
      recipe
        .map(asObject)
        .map(({ name, options }) => `${name}${optionsText(options)}`)
        .join(' - '),
    ],
    ['ranges', [...activations.keys()].join(', ')],
  ];
  const known = rows.filter(([, value]) => value !== '').map(([title, value]) => `  ${title.padEnd(7)}   ${printable(cut(value))}`);
  return known.join('\n');
}

function optionsText(options: unknown): string {
  const text = JSON.stringify(options ?? {})
    .replace(/["{}]/g, '')
    .replaceAll(',', ', ')
    .replaceAll(':', ' ');
  return text === '' ? '' : ` (${text})`;
}

/** Each layer and what it has that others of its class need not have: defaults are not in the file. */
function layerTable(topology: unknown): string {
  const { layers } = asObject(asObject(topology).config);
  if (!Array.isArray(layers) || layers.length === 0) return '';
  const rows = layers.map(asObject).map(({ class_name: kind, config, inbound_nodes: calls }) => {
    const { name, ...settings } = asObject(config);
    const told = Object.entries(settings).map(([key, value]) => `${key} ${plain(value)}`);
    return [plain(name), plain(kind), cut(told.join(', '), shownSettings), namesRead(calls)];
  });
  const columns: TextColumn[] = [
    { title: 'layer', align: 'left' },
    { title: 'class', align: 'left' },
    { title: 'settings', align: 'left' },
  ];
  const hasBranches = rows.some(([, , , reads]) => reads !== '');
  return table(
    hasBranches ? [...columns, { title: 'reads', align: 'left' }] : columns,
    hasBranches ? rows : rows.map((cells) => cells.slice(0, 3)),
  );
}

/** The layers that a layer of a functional model reads. */
function namesRead(calls: unknown): string {
  const references = Array.isArray(calls) ? calls.flat() : [];
  return references.map((reference) => (Array.isArray(reference) ? plain(reference[0]) : '')).join(', ');
}

function weightTable({ weights, headerBytes, sizeBytes }: ModelFileSummary): string {
  const sizeOf = ({ shape }: WeightSummary) => shape.reduce((product, size) => product * size, 1);
  const rows = weights.map((weight) => [
    weight.name,
    weight.shape.join(' x '),
    formatCount(weight.notZero),
    formatPercent(weight.notZero / sizeOf(weight)),
    weight.form,
    bits(weight.bitsPerWeight),
    formatCount(weight.sizeBytes),
  ]);
  const all = weights.reduce((sum, weight) => sum + sizeOf(weight), 0);
  const notZero = weights.reduce((sum, weight) => sum + weight.notZero, 0);
  rows.push(['header', '', '', '', '', '', formatCount(headerBytes)]);
  rows.push([
    'total',
    formatCount(all),
    formatCount(notZero),
    formatPercent(notZero / all),
    '',
    bits((8 * sizeBytes) / all),
    formatCount(sizeBytes),
  ]);
  const columns: TextColumn[] = [
    { title: 'weight', align: 'left' },
    { title: 'shape' },
    { title: 'not zero' },
    { title: '' },
    { title: 'stored as', align: 'left' },
    { title: 'bits each' },
    { title: 'bytes' },
  ];
  return table(columns, rows);
}

function bits(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '-' : value.toFixed(value < 10 ? 2 : 1);
}

function table(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string {
  return textTable(
    columns,
    rows.map((cells) => cells.map((cell) => printable(cut(cell)))),
  );
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function cut(text: string, letters = shownLetters): string {
  return text.length <= letters ? text : `${text.slice(0, letters - 3)}...`;
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
