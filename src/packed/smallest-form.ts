import { noneCoder } from './coders/none-coder.ts';
import { KeptPositions } from './kept-positions.ts';
import { denseLayout } from './layouts/dense-layout.ts';
import type { NamedWeight } from './model-file.ts';
import { float32Format } from './numbers/float32-format.ts';
import { joinedBytes } from './part-reader.ts';
import type { Encoded, EntropyCoder, Layout, NumberFormat, Part, StoredForms } from './stored-form.ts';
import { alongColumns, columnsOf, fromColumns } from './traversal.ts';
import type { WeightEntry } from './weight-entry.ts';

/** `size`: the smallest file. `speed`: nothing that a loader has to decode bit by bit. */
export type OptimizeFor = 'size' | 'speed';

/** A weight as it may lie in the file. */
export interface EncodedWeight {
  readonly entry: WeightEntry;
  /** Its parts, one behind the other. */
  readonly bytes: Uint8Array;
}

interface CodedPart {
  readonly coder: EntropyCoder;
  readonly bytes: Uint8Array;
}

/** A layout or number format with its parts coded. */
interface Coded<Form> {
  readonly form: Form;
  readonly parameters: readonly number[];
  readonly parts: readonly CodedPart[];
  /** With the letters that the header needs for it. */
  readonly sizeBytes: number;
}

interface Candidate {
  readonly layout: Coded<Layout>;
  readonly numbers: Coded<NumberFormat>;
  readonly inColumns: boolean;
  readonly sizeBytes: number;
}

/**
 * The way to store a weight that takes the fewest bytes, the letters in the header included: every layout, in rows and in columns,
 * with every number format, each part with every coder. Dense float32 without a coder is always tried.
 */
export function smallestForm(name: string, weight: NamedWeight, forms: StoredForms, optimizeFor: OptimizeFor): EncodedWeight {
  const search = new FormSearch(weight, forms, optimizeFor);
  const columns = columnsOf(weight.shape);
  const isMatrix = columns > 1 && weight.values.length > columns;
  const inRows = search.along(false) as Candidate; // dense is always one
  const inColumns = isMatrix && optimizeFor === 'size' ? search.along(true) : undefined;
  const best = inColumns && inColumns.sizeBytes < inRows.sizeBytes ? inColumns : inRows;
  const parts = [...best.layout.parts, ...best.numbers.parts];
  return {
    entry: {
      name,
      shape: weight.shape,
      layout: best.layout.form,
      layoutParameters: best.layout.parameters,
      alongColumns: best.inColumns,
      numbers: best.numbers.form,
      numberParameters: best.numbers.parameters,
      parts: parts.map(({ coder, bytes }) => ({ coder, sizeBytes: bytes.length })),
    },
    bytes: joinedBytes(parts.map(({ bytes }) => bytes)),
  };
}

class FormSearch {
  readonly #weight: NamedWeight;
  readonly #layouts: ReadonlySet<Layout>;
  readonly #numbers: ReadonlySet<NumberFormat>;
  readonly #fastCoders: readonly EntropyCoder[];
  readonly #slowCoders: readonly EntropyCoder[];

  constructor(weight: NamedWeight, { layouts = [], numbers = [], coders = [] }: StoredForms, optimizeFor: OptimizeFor) {
    this.#weight = weight;
    // Dense last: what is sparse is then known to be smaller, and the slow coders are not tried on a long list of zeros.
    this.#layouts = new Set([...layouts.filter((layout) => layout !== denseLayout), denseLayout]);
    this.#numbers = new Set([float32Format, ...numbers]);
    const allowed = [...new Set([noneCoder, ...coders])].filter(({ slow }) => optimizeFor === 'size' || !slow);
    this.#fastCoders = allowed.filter(({ writesSlowly }) => !writesSlowly);
    this.#slowCoders = allowed.filter(({ writesSlowly }) => writesSlowly);
  }

  /** The smallest of all that read the weight in rows, or in columns; undefined where nothing can be left out along these. */
  along(inColumns: boolean): Candidate | undefined {
    const { shape, values } = this.#weight;
    const inRows = new Uint32Array(values.buffer, values.byteOffset, values.length);
    const columns = columnsOf(shape);
    const rows = inRows.length / columns;
    const words = inColumns ? alongColumns(inRows, columns) : inRows;
    // Layouts that keep the same positions hand on the same array: their numbers are coded once.
    const codedNumbers = new Map<Uint32Array | undefined, Coded<NumberFormat>>();
    const space = { words, nonZero: nonZeroIn(words), rowLength: inColumns ? rows : columns };
    let best: Candidate | undefined;
    for (const layout of this.#layouts) {
      if (inColumns && !layout.alongColumns) continue;
      if (layout !== denseLayout && space.nonZero.length === words.length) continue; // nothing to leave out
      const variants = layout.encode(space);
      if (variants.length === 0) continue;
      const { kept } = variants[0];
      const limit = best?.sizeBytes ?? Number.POSITIVE_INFINITY;
      let numbers = codedNumbers.get(kept);
      if (!numbers) {
        const positions = new KeptPositions(shape, kept && inColumns ? fromColumns(kept, rows, columns) : kept);
        numbers = this.#smallestNumbers(kept ? kept.map((position) => words[position]) : words, positions, limit);
        codedNumbers.set(kept, numbers);
      }
      if (numbers.sizeBytes >= limit) continue;
      const coded = this.#codeSmallest(layout, variants, limit);
      const sizeBytes = coded.sizeBytes + numbers.sizeBytes + (inColumns ? ' columns'.length : 0);
      if (!best || sizeBytes < best.sizeBytes) best = { layout: coded, numbers, inColumns, sizeBytes };
    }
    return best;
  }

  /** The smallest format; of those that keep the quantization, where one fits. */
  #smallestNumbers(words: Uint32Array, kept: KeptPositions, limit: number): Coded<NumberFormat> {
    const code = (format: NumberFormat) => {
      const variants = format.encode(words, kept, this.#weight);
      return variants.length === 0 ? [] : [this.#codeSmallest(format, variants, limit)];
    };
    const formats = [...this.#numbers];
    const quantized = formats.filter(({ keepsQuantization }) => keepsQuantization).flatMap(code);
    const coded = quantized.length > 0 ? quantized : formats.filter(({ keepsQuantization }) => !keepsQuantization).flatMap(code);
    return smallestOf(coded);
  }

  /**
   * The variant that is smallest with the coders that write fast, then with all of them; not where it is already more than twice as
   * large as something known.
   */
  #codeSmallest<Form extends { readonly name: string }>(form: Form, variants: readonly Encoded[], limit: number): Coded<Form> {
    const coded = variants.map(({ parameters, parts }) => {
      return sized(
        form,
        parameters,
        parts.map((part) => smallestCoding(part, this.#fastCoders)),
      );
    });
    const smallest = smallestOf(coded);
    if (smallest.sizeBytes > 2 * limit) return smallest;
    const { parts } = variants[coded.indexOf(smallest)];
    return sized(
      form,
      smallest.parameters,
      parts.map((part, i) => smallestCoding(part, this.#slowCoders, smallest.parts[i])),
    );
  }
}

function sized<Form extends { readonly name: string }>(
  form: Form,
  parameters: readonly number[],
  parts: readonly CodedPart[],
): Coded<Form> {
  const texts = [[form.name, ...parameters].join(' '), ...parts.map(({ coder, bytes }) => `${coder.name} ${bytes.length}`)];
  // Each text with a comma and two quotation marks, which are escaped: the list is JSON inside JSON.
  const letters = texts.reduce((sum, text) => sum + text.length + 5, 0);
  return { form, parameters, parts, sizeBytes: parts.reduce((sum, { bytes }) => sum + bytes.length, letters) };
}

function smallestOf<Sized extends { readonly sizeBytes: number }>(all: readonly Sized[]): Sized {
  return all.reduce((best, one) => (one.sizeBytes < best.sizeBytes ? one : best));
}

/** @param known what these coders have to beat */
function smallestCoding(part: Part, coders: readonly EntropyCoder[], known?: CodedPart): CodedPart {
  if (part.symbols.length === 0) return { coder: noneCoder, bytes: part.symbols };
  let best = known;
  for (const coder of coders) {
    const bytes = coder.encode(part);
    if (bytes && (!best || bytes.length + coder.name.length < best.bytes.length + best.coder.name.length)) best = { coder, bytes };
  }
  return best as CodedPart; // `none` takes everything
}

function nonZeroIn(words: Uint32Array): Uint32Array {
  let count = 0;
  for (let i = 0; i < words.length; i++) if (words[i] !== 0) count++;
  const positions = new Uint32Array(count);
  for (let i = 0, next = 0; i < words.length; i++) if (words[i] !== 0) positions[next++] = i;
  return positions;
}
