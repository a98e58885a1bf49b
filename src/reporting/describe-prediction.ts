import { formatNumber, formatPercent } from '../core/format.ts';
import type { RawSample } from '../data/dataset.ts';
import type { Features } from '../data/features.ts';
import type { Sample } from '../data/sample.ts';
import type { Prediction } from '../training/predict.ts';
import { bar } from './bar.ts';
import { drawImage } from './draw-image.ts';

/** The most probable classes that are worth a bar. */
const shownClasses = 3;

/**
 * What `npm run predict` prints: the sample, what the model says of it, and whether that is right.
 * @param source who predicts, in words: `deep-compression, 41.2 KB, in the engine`. @default not said
 */
export function describePrediction(
  prediction: Prediction,
  sample: Sample,
  { features, source }: { readonly features: Features; readonly source?: string },
): string {
  const picture = describeSample(sample.raw);
  const answers = prediction.task === 'classification' ? bars(prediction.classes) : values(prediction.values);
  const notes = [...(source ? [`guessed by ${source}`] : []), ...sample.notes].map((note) => `  ${note}`);
  return ['', ...beside(picture, answers), '', `  ${verdict(prediction, sample, features)}`, ...notes].join('\n');
}

function describeSample(raw: RawSample): string[] {
  if (raw.kind === 'image') return drawImage(raw.pixels, raw.shape, { color: raw.shape[2] === 3 && supportsColor() });
  const width = Math.max(...raw.values.map(({ column }) => column.length));
  return raw.values.map(({ column, value }) => `${column.padEnd(width)}  ${typeof value === 'number' ? round(value) : (value ?? '-')}`);
}

function bars(classes: readonly { readonly label: string; readonly probability: number }[]): string[] {
  const shown = classes.slice(0, shownClasses);
  const width = Math.max(...shown.map(({ label }) => label.length));
  return shown.map(
    ({ label, probability }) => `${label.padEnd(width)}   ${bar(probability).padEnd(20)}   ${formatPercent(probability).padStart(7)}`,
  );
}

function values(outputs: readonly { readonly name: string; readonly value: number }[]): string[] {
  return outputs.map(({ name, value }) => `${name}   ${round(value)}`);
}

function verdict(prediction: Prediction, { name, target }: Sample, { outputNames }: Features): string {
  if (prediction.task === 'regression') {
    const guess = `${name}: ${outputNames[0]} is guessed as ${round(prediction.values[0].value)}`;
    return target === undefined ? `${guess}.` : `${guess}; it is ${round(target)}.`;
  }
  const guess = prediction.classes[0].label;
  if (target === undefined) return `${name} looks like ${guess}.`;
  return guess === outputNames[target]
    ? `${name} is ${guess}: right.`
    : `${name} is ${outputNames[target]}: wrong, it was read as ${guess}.`;
}

/** Two blocks of lines next to each other, the lower one centred on the higher. */
function beside(left: readonly string[], right: readonly string[]): string[] {
  const height = Math.max(left.length, right.length);
  const widest = Math.max(...left.map(visibleLength));
  const line = (lines: readonly string[], y: number) => lines[y - Math.floor((height - lines.length) / 2)] ?? '';
  return Array.from({ length: height }, (_, y) => {
    const text = line(left, y);
    return `  ${text}${' '.repeat(widest - visibleLength(text))}      ${line(right, y)}`.trimEnd();
  });
}

function visibleLength(line: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours begin with the escape character
  return line.replace(/\u001b\[[\d;]*m/g, '').length;
}

/** Four significant digits, without an exponent where people would not write one. */
function round(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e7 ? String(Number(value.toPrecision(4))) : formatNumber(value);
}

/** The NO_COLOR and FORCE_COLOR conventions (no-color.org). */
function supportsColor(): boolean {
  if (process.env.NO_COLOR) return false;
  return Boolean(process.env.FORCE_COLOR) || process.stdout.isTTY === true;
}
