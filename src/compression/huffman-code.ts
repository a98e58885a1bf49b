import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import { codebookFormat } from '../packed/numbers/codebook-format.ts';
import { float16Format } from '../packed/numbers/float16-format.ts';
import { storedForms } from '../packed/stored-forms.ts';
import type { Technique } from './technique.ts';

/** The coders that can be asked for. */
const coders = storedForms.coders.filter(({ slow }) => slow);

export interface HuffmanCodeOptions {
  /** What may be used: `huffman`, `deflate` or both; each part of a weight takes the smaller one. @default both */
  coders?: readonly string[];
}

/**
 * Codes what is frequent in few bits: the numbers of shared values, the gaps between pruned weights, whole numbers. Changes only the
 * file, never a weight (the last step of Deep Compression: Han, Mao and Dally, 2016).
 */
export function huffmanCode(options: HuffmanCodeOptions = {}): Technique {
  requireKnownOptions('huffmanCode', options, { coders: true });
  const names = options.coders ?? coders.map(({ name }) => name);
  return {
    name: 'huffmanCode',
    label: 'huffman code',
    options,
    needs: 'nothing',
    // What else costs nothing: values of biases that are shared or short.
    storedForms: { numbers: [codebookFormat, float16Format], coders: coders.filter(({ name }) => names.includes(name)) },
    check(_, { steps, index }) {
      const known = coders.map(({ name }) => `'${name}'`).join(', ');
      const isList = Array.isArray(names) && names.length > 0 && names.every((name) => coders.some((coder) => coder.name === name));
      if (!isList || new Set(names).size < names.length) {
        throw new DlError('config', `huffmanCode coders is ${JSON.stringify(names)}; it is a list of some of ${known}.`);
      }
      if (steps.findIndex(({ name }) => name === 'huffmanCode') !== index) {
        throw new DlError('refused', 'The recipe has huffmanCode twice, but a file is coded once: keep one, best as the last step.');
      }
    },
  };
}
