import { deflateCoder } from './coders/deflate-coder.ts';
import { huffmanCoder } from './coders/huffman-coder.ts';
import { noneCoder } from './coders/none-coder.ts';
import { bitmapLayout } from './layouts/bitmap-layout.ts';
import { blocksLayout } from './layouts/blocks-layout.ts';
import { csrLayout } from './layouts/csr-layout.ts';
import { denseLayout } from './layouts/dense-layout.ts';
import { gapsLayout } from './layouts/gaps-layout.ts';
import { binaryFormat } from './numbers/binary-format.ts';
import { codebookFormat } from './numbers/codebook-format.ts';
import { float16Format } from './numbers/float16-format.ts';
import { float32Format } from './numbers/float32-format.ts';
import { ternaryFormat, tritsFormat } from './numbers/ternary-format.ts';
import { int4Format, int8Format } from './numbers/whole-number-format.ts';
import type { StoredForms } from './stored-form.ts';

/** Everything that can be read. A new one: its file, a line here, its lines in docs/packed-file.md. What was ever released stays. */
export const storedForms = {
  layouts: [denseLayout, bitmapLayout, gapsLayout, csrLayout, blocksLayout],
  numbers: [float32Format, float16Format, int8Format, int4Format, codebookFormat, binaryFormat, ternaryFormat, tritsFormat],
  coders: [noneCoder, huffmanCoder, deflateCoder],
} as const satisfies StoredForms;
