import { DlError } from '../../core/errors.ts';
import type { EntropyCoder } from '../stored-form.ts';
import { inflate } from './inflate.ts';

/** Raw deflate (RFC 1951) over one byte per symbol: finds what repeats. Written in Node only, read everywhere. */
export const deflateCoder: EntropyCoder = {
  name: 'deflate',
  slow: true,
  writesSlowly: true,
  encode: ({ symbols }) => {
    // Not imported: the engine, which reads these files in browsers, is bundled from here.
    const zlib = globalThis.process?.getBuiltinModule?.('node:zlib');
    return zlib && new Uint8Array(zlib.deflateRawSync(symbols, { level: 9 }));
  },
  decode: (bytes, bits, count) => {
    const symbols = inflate(bytes, count);
    for (let i = 0; i < count; i++) {
      if (symbols[i] >>> bits > 0) throw new DlError('file', `a part has the number ${symbols[i]}, of ${bits} bits`);
    }
    return symbols;
  },
};
