import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { DlError } from '../../core/errors.ts';
import { formatBytes } from '../../core/format.ts';
import { didYouMean } from '../../core/nearest.ts';
import { exportOnnx } from '../../export/export-onnx.ts';
import { exportTfjs } from '../../export/export-tfjs.ts';
import type { Command } from '../command.ts';
import { parseOptions } from '../parse-options.ts';

const help = `dl-project export <model.safetensors> --to onnx|tfjs     write a packed model for other runtimes

  --out <path>          where. Default: beside the model, model.onnx or the folder model-tfjs
  --precision <name>    onnx: int8 (as QDQ; the default where the model is quantized), float32
                        tfjs: float32 (the default), float16, uint16, uint8
  --channels-first      onnx: images come as [batch, channels, height, width], not with the channels last
  --preprocessing       onnx: the model takes raw pixel values, 0 to 255; the preprocessing is its first step`;

const precisions = { onnx: ['float32', 'int8'], tfjs: ['float32', 'float16', 'uint16', 'uint8'] } as const;
type Target = keyof typeof precisions;

const options = {
  to: { type: 'string' },
  out: { type: 'string' },
  precision: { type: 'string' },
  'channels-first': { type: 'boolean' },
  preprocessing: { type: 'boolean' },
} as const;

/** `dl-project export model.safetensors --to onnx`. */
export const exportModel: Command = {
  help,
  async run(args) {
    const { path, to, out, isBeside, precision, channelsFirst, preprocessing } = optionsOf(args);
    if (to === 'tfjs') {
      const { sizeBytes } = await exportTfjs(path, out, { precision: precision as undefined });
      print(
        `  tfjs: ${out}   ${formatBytes(sizeBytes)}\n  In a page: tf.loadLayersModel('model.json'). What the classes are called is in its userDefinedMetadata.`,
      );
      return 0;
    }
    if (isBeside) requireOurs(out);
    const written = await exportOnnx(path, out, {
      precision: precision as undefined,
      inputOrder: channelsFirst ? 'channelsFirst' : 'channelsLast',
      includePreprocessing: preprocessing,
    });
    print(
      `  onnx, ${written.precision}: ${out}   ${formatBytes(written.sizeBytes)}\n  In Python: onnxruntime.InferenceSession('${basename(out)}'). What the classes are called is in its metadata.`,
    );
    return 0;
  },
};

function optionsOf(args: readonly string[]) {
  const { values, positionals } = parseOptions(args, options, help);
  const [path, ...rest] = positionals;
  if (path === undefined || rest.length > 0) throw new DlError('usage', `export takes one packed model.\n${help}`);
  const { to = '', out, precision, 'channels-first': channelsFirst, preprocessing } = values;
  if (!Object.hasOwn(precisions, to)) {
    throw new DlError(
      'usage',
      `export needs --to onnx or --to tfjs${to === '' ? '' : `, not ${JSON.stringify(to)}`}.${didYouMean(to, Object.keys(precisions))}`,
    );
  }
  const target = to as Target;
  const known: readonly string[] = precisions[target];
  if (precision !== undefined && !known.includes(precision)) {
    throw new DlError(
      'usage',
      `--precision is ${JSON.stringify(precision)}; for ${target} it may be ${known.join(', ')}.${didYouMean(precision, known)}`,
    );
  }
  if (target === 'tfjs' && (channelsFirst || preprocessing)) {
    throw new DlError('usage', '--channels-first and --preprocessing are for --to onnx: tfjs models take images as the training did.');
  }
  const stem = join(dirname(path), basename(path, extname(path)));
  const beside = target === 'onnx' ? `${stem}.onnx` : `${stem}-tfjs`;
  return { path, to: target, out: out ?? beside, isBeside: out === undefined, precision, channelsFirst, preprocessing };
}

/** What an imported model was read from lies beside it, under the name that its export would have. */
function requireOurs(path: string): void {
  if (!existsSync(path) || beginningOf(path).includes('dl-project')) return; // the producer is the first text of an ONNX file
  throw new DlError(
    'refused',
    `${path} is there already, and not from dl-project: it may be what this model was imported from. Give --out another path, or this one to overwrite it.`,
  );
}

function beginningOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(64);
    return bytes.toString('latin1', 0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
