import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RawSample } from '../data/dataset.ts';
import { encodePng } from '../data/images/encode-png.ts';
import type { Evaluation } from '../metrics/evaluation.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/** What a model was judged on: the data that decides during training, or the data that is looked at once. */
export type EvaluatedPart = 'validation' | 'test';

/** How a sample is shown to people. */
export type ShownSample =
  /** `png` in base64; no larger than 112 pixels on a side. */
  { readonly kind: 'image'; readonly width: number; readonly height: number; readonly png: string } | Extract<RawSample, { kind: 'row' }>;

/** What `validation.json` and `test.json` of a run hold: an evaluation, and what the samples that were most wrong look like. */
export interface EvaluationRecord {
  /** The epoch whose weights were judged, from 0; unknown for an evaluation of the best checkpoint. */
  readonly epoch?: number;
  readonly evaluation: Evaluation;
  /** One per entry of `evaluation.mostWrong`; null where it cannot be shown. */
  readonly samples: readonly (ShownSample | null)[];
}

/** Finds a sample before preprocessing, by its number. */
export type FindSample = (index: number) => RawSample | undefined | Promise<RawSample | undefined>;

/** Puts an evaluation into the folder of a run, for its report; the one before is replaced. */
export async function writeEvaluationRecord(
  folder: string,
  part: EvaluatedPart,
  evaluation: Evaluation,
  { epoch, findSample = () => undefined }: { readonly epoch?: number; readonly findSample?: FindSample } = {},
): Promise<void> {
  const samples: (ShownSample | null)[] = [];
  for (const { index } of evaluation.mostWrong) samples.push(shown(await findSample(index)));
  const record: EvaluationRecord = { epoch, evaluation, samples };
  writeFileAtomically(join(folder, `${part}.json`), `${JSON.stringify(record)}\n`);
}

/** @returns undefined where there is none that can be read */
export function readEvaluationRecord(folder: string, part: EvaluatedPart): EvaluationRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(join(folder, `${part}.json`), 'utf8')) as EvaluationRecord;
    return Array.isArray(record.evaluation.mostWrong) && Array.isArray(record.samples) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Larger pictures are made smaller by leaving pixels out: there may be many in one file. */
const largestSide = 112;

function shown(raw: RawSample | undefined): ShownSample | null {
  if (!raw || raw.kind === 'row') return raw ?? null;
  const [height, width, channels] = raw.shape;
  const step = Math.max(1, Math.ceil(Math.max(height, width) / largestSide));
  const [rows, columns] = [Math.ceil(height / step), Math.ceil(width / step)];
  const pixels = new Uint8Array(rows * columns * channels);
  for (let i = 0; i < pixels.length; i++) {
    const [y, x] = [Math.floor(i / (columns * channels)), Math.floor(i / channels) % columns];
    pixels[i] = raw.pixels[(y * step * width + x * step) * channels + (i % channels)];
  }
  return { kind: 'image', width: columns, height: rows, png: encodePng(pixels, [rows, columns, channels]).toString('base64') };
}
