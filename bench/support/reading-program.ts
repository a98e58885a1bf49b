// Writes (`write <form> <file>`) or reads (`read <file>`) a packed model of many dense layers; reading prints what it took, as JSON.
import { readFileSync, writeFileSync } from 'node:fs';
import { RandomStream } from '../../src/core/random.ts';
import { huffmanCoder } from '../../src/packed/coders/huffman-coder.ts';
import { noneCoder } from '../../src/packed/coders/none-coder.ts';
import { denseLayout } from '../../src/packed/layouts/dense-layout.ts';
import type { NamedWeight } from '../../src/packed/model-file.ts';
import { float32Format } from '../../src/packed/numbers/float32-format.ts';
import { int8Format } from '../../src/packed/numbers/whole-number-format.ts';
import { readModelFile } from '../../src/packed/read-model-file.ts';
import { writeModelFile } from '../../src/packed/write-model-file.ts';

/** Weights of a layer: `[side, side]`. */
const side = 1024;
/** How a file is written, and how many layers it has: about 100 MB, but for the one that takes long to write. */
const forms = {
  float32: { layers: 24, numbers: float32Format, coder: noneCoder },
  int8: { layers: 96, numbers: int8Format, coder: noneCoder },
  huffman: { layers: 8, numbers: int8Format, coder: huffmanCoder },
};

const [action, ...words] = process.argv.slice(2);
if (action === 'write') write(words[0] as keyof typeof forms, words[1]);
else process.stdout.write(JSON.stringify(read(words[0])));

function write(form: keyof typeof forms, path: string): void {
  const { layers, numbers, coder } = forms[form];
  const random = new RandomStream(0, 'reading');
  const scales = Float32Array.of(2 ** -7);
  const weights = new Map<string, NamedWeight>();
  for (let layer = 0; layer < layers; layer++) {
    const values = Float32Array.from({ length: side * side }, () => {
      const value = Math.max(-1, Math.min(1, random.normal(0, 0.3)));
      return numbers === float32Format ? value : Math.round(value * 127) * scales[0] + 0; // -0 is no whole number
    });
    const quantization = numbers === float32Format ? undefined : ({ bits: 8, scales, axis: 1 } as const);
    weights.set(`dense${layer}/kernel`, { shape: [side, side], values, quantization });
  }
  const used = { layouts: [denseLayout], numbers: [numbers], coders: [coder] };
  writeFileSync(path, writeModelFile({ topology: {}, features: {}, metrics: {}, weights }, used));
}

/** Peak memory beyond what the process has before it begins, the file's bytes included. */
function read(path: string) {
  const before = process.memoryUsage.rss();
  const bytes = readFileSync(path);
  const start = performance.now();
  const { weights } = readModelFile(bytes);
  const seconds = (performance.now() - start) / 1000;
  const peakBytes = 1024 * process.resourceUsage().maxRSS - before;
  const decoding = performance.now();
  let decodedBytes = 0;
  for (const { values } of weights.values()) decodedBytes += values.byteLength;
  return { seconds, fileBytes: bytes.length, peakBytes, decodedBytes, decodingSeconds: (performance.now() - decoding) / 1000 };
}
