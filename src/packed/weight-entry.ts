import { DlError } from '../core/errors.ts';
import type { StoredPart } from './part-reader.ts';
import type { Layout, NumberFormat } from './stored-form.ts';
import { storedForms } from './stored-forms.ts';

/**
 * What the metadata `weights` says of a weight that does not lie plainly as float32 or float16:
 * `["dense1/kernel", [784, 300], "gaps 5 13022 columns", "codebook 32 4", "huffman 7110", "none 128", "huffman 5903"]`.
 */
export interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly layout: Layout;
  readonly layoutParameters: readonly number[];
  /** Whether positions count down the columns: the last axis then is the slowest. */
  readonly alongColumns: boolean;
  readonly numbers: NumberFormat;
  readonly numberParameters: readonly number[];
  /** Those of the layout, then those of the number format. */
  readonly parts: readonly StoredPart[];
}

const maxRank = 8;

/** The entry as JSON. */
export function entryToJson({ name, shape, layout, layoutParameters, alongColumns, numbers, numberParameters, parts }: WeightEntry) {
  return [
    name,
    shape,
    [layout.name, ...layoutParameters, ...(alongColumns ? ['columns'] : [])].join(' '),
    [numbers.name, ...numberParameters].join(' '),
    ...parts.map(({ coder, sizeBytes }) => `${coder.name} ${sizeBytes}`),
  ];
}

/** @throws DlError `file` for what is no entry, and for forms that this release does not know */
export function entryFromJson(json: readonly unknown[]): WeightEntry {
  const [name, shape, layoutText, numbersText, ...partTexts] = json;
  if (typeof name !== 'string' || !isShape(shape)) throw new DlError('file', `Not a sound model file: ${shown(json)} describes no weight.`);
  const alongColumns = typeof layoutText === 'string' && layoutText.endsWith(' columns');
  const layout = parse(name, alongColumns ? layoutText.slice(0, -' columns'.length) : layoutText, storedForms.layouts, 'layout');
  const numbers = parse(name, numbersText, storedForms.numbers, 'number format');
  const parts = partTexts.map((text) => {
    const { found, parameters } = parse(name, text, storedForms.coders, 'coder');
    return { coder: found, sizeBytes: parameters[0] };
  });
  return {
    name,
    shape,
    layout: layout.found,
    layoutParameters: layout.parameters,
    alongColumns,
    numbers: numbers.found,
    numberParameters: numbers.parameters,
    parts,
  };
}

/** How a weight lies in the file, for people: `gaps, codebook, huffman`. */
export function describeEntry({ layout, numbers, parts }: Pick<WeightEntry, 'layout' | 'numbers' | 'parts'>): string {
  const coders = new Set(parts.map(({ coder }) => coder.name).filter((name) => name !== 'none'));
  return [...(layout.name === 'dense' ? [] : [layout.name]), numbers.name, ...coders].join(', ');
}

function parse<Form extends { readonly name: string }>(weight: string, text: unknown, forms: readonly Form[], what: string) {
  const [name, ...rest] = typeof text === 'string' ? text.split(' ') : [];
  const parameters = rest.map((word) => (/^\d{1,10}$/.test(word) ? Number(word) : Number.NaN));
  if (name === undefined || parameters.some(Number.isNaN)) {
    throw new DlError('file', `Not a sound model file: the weight ${JSON.stringify(weight)} has the ${what} ${shown(text)}.`);
  }
  const found = forms.find((form) => form.name === name);
  if (found) return { found, parameters };
  const known = forms.map((form) => form.name).join(', ');
  throw new DlError(
    'file',
    `The weight ${JSON.stringify(weight)} has the ${what} ${shown(name)}; this release of dl-project reads ${known}. Update dl-project.`,
  );
}

/** Sizes of at most 8 axes, with fewer than 2^31 positions. */
export function isShape(value: unknown): value is number[] {
  if (!Array.isArray(value) || value.length > maxRank || !value.every((size) => Number.isSafeInteger(size) && size >= 0)) return false;
  return value.reduce((a, b) => a * b, 1) < 2 ** 31;
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').slice(0, 80);
}
