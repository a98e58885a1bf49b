import { basename } from 'node:path';
import { countInputs, encodeRow } from '../core/column-encoding.ts';
import { fitImage } from '../core/pictures/fit-image.ts';
import type { Features } from './features.ts';
import { decodeImage } from './images/decode-image.ts';
import type { Sample } from './sample.ts';
import { readRow } from './tables/read-row.ts';

/**
 * Reads one sample from a file and prepares it as the model's training data was: a picture for a model of images,
 * a CSV file (its first row) or a JSON object for a model of tables.
 * @throws DlError `missing` or `data`, as `decodeImage` and `readRow`
 */
export async function readSample(file: string, features: Features): Promise<Sample> {
  const { preprocessing } = features;
  const name = basename(file);
  if (preprocessing.kind === 'columns') {
    const raw = await readRow(file, preprocessing.columns);
    const inputs = new Float32Array(countInputs(preprocessing.columns));
    encodeRow(preprocessing.columns, (column) => raw.values[column].value, inputs);
    const isJson = file.toLowerCase().endsWith('.json');
    return { name: isJson ? name : `the first row of ${name}`, inputs, raw, notes: [] };
  }
  const { picture, notes } = fitImage(await decodeImage(file), features);
  const { pixels, height, width, channels } = picture;
  const inputs = Float32Array.from(pixels, (level) => level * preprocessing.scale + preprocessing.offset);
  return { name, inputs, raw: { kind: 'image', shape: [height, width, channels], pixels }, notes };
}
