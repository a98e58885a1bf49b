import { findByName } from '../../core/registry.ts';
import { approxSign } from './approx-sign.ts';
import { type DoReFaOptions, doReFa } from './do-re-fa.ts';
import { magnitudeAwareSign } from './magnitude-aware-sign.ts';
import type { Quantizer } from './quantizer.ts';
import { steSign } from './ste-sign.ts';
import { steTern } from './ste-tern.ts';
import { ttq } from './ttq.ts';

/** A quantizer as a layer's options name it: `'steSign'`, or with options `{ name: 'doReFa', bits: 4 }`. */
export type QuantizerName =
  | 'steSign'
  | 'approxSign'
  | 'magnitudeAwareSign'
  | 'steTern'
  | 'ttq'
  | 'doReFa'
  | ({ readonly name: 'doReFa' } & DoReFaOptions);

const quantizers: readonly { readonly name: string; create(options: DoReFaOptions): Quantizer }[] = [
  ...[steSign, approxSign, magnitudeAwareSign, steTern, ttq].map((quantizer) => ({ name: quantizer.name, create: () => quantizer })),
  { name: 'doReFa', create: doReFa },
];

/** @throws DlError `name` for an unknown quantizer, `config` for options it does not take */
export function quantizerNamed(given: QuantizerName): Quantizer {
  const { name, ...options } = typeof given === 'string' ? { name: given } : given;
  return findByName('quantizer', quantizers, name).create(options);
}
