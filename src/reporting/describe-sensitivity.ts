import { sensitivityScales } from '../compression/recipe/sensitivity-scales.ts';
import { type LayerSensitivity, type SensitivityTable, safeLevels } from '../compression/sensitivity.ts';
import { formatCount, formatLog } from '../core/format.ts';
import { formatLevel } from './sensitivity-levels.ts';

const nameWidth = 20;
const cellWidth = 8;

/** Prints each layer as soon as it is measured, below a head. To be given to `measureSensitivity` as `onLayer`. */
export function sensitivityRows(print: (text: string) => void): (layer: LayerSensitivity, table: SensitivityTable) => void {
  let head = false;
  return ({ layer, values }, table) => {
    const { metric, levels, technique, about, trained, samples } = table;
    if (!head) {
      print(
        `\n  ${technique} of one layer alone: ${about}; ${metric} of ${formatCount(samples)} samples, ${formatLog(metric, trained)} as trained\n`,
      );
      print(
        line(
          'layer',
          levels.map((level) => formatLevel(table, level)),
        ),
      );
    }
    head = true;
    print(
      line(
        layer,
        values.map((value) => (value === null ? '-' : formatLog(metric, value))),
      ),
    );
  };
}

/** What `npm run sensitivity` prints at the end: which layers are safe to compress most, and the step of a recipe that does it. */
export function describeSensitivity(table: SensitivityTable): string {
  const isAccuracy = /accuracy$/i.test(table.metric);
  const safe = safeLevels(table);
  const lines = safe.map(
    ({ layer, level }) => `  ${layer.padEnd(nameWidth)}${level === undefined ? 'none of these' : formatLevel(table, level)}`,
  );
  const levels = Object.fromEntries(safe.flatMap(({ layer, level }) => (level === undefined ? [] : [[layer, level]])));
  const step = sensitivityScales.find(({ name }) => name === table.technique)?.recipe(levels);
  const given = [
    `\n  What each layer bears alone with at most one ${isAccuracy ? 'point' : 'per cent'} of ${table.metric} lost, the safest first:`,
    ...lines,
  ];
  if (Object.keys(levels).length === 0) return given.join('\n');
  return [...given, '', `  As the first step of a recipe, with fineTune behind it: ${step}`].join('\n');
}

function line(name: string, cells: readonly string[]): string {
  return `  ${name.padEnd(nameWidth)}${cells.map((cell) => cell.padStart(cellWidth)).join(' ')}`.trimEnd();
}
