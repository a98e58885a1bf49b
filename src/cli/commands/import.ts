import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { useBackend } from '../../backend/use-backend.ts';
import { saveModel } from '../../compression/save-model.ts';
import { DlError } from '../../core/errors.ts';
import { formatBytes, formatCount } from '../../core/format.ts';
import { type ImportedModel, importOnnx } from '../../export/import-onnx.ts';
import { importTfjs } from '../../export/import-tfjs.ts';
import type { ImportedData } from '../../export/imported-data.ts';
import { loadModel } from '../../inference/load-model.ts';
import type { Command } from '../command.ts';
import { parseOptions } from '../parse-options.ts';
import { naming } from '../read-given-file.ts';

const help = `dl-project import <model.onnx>                 make a packed model of an ONNX file (PyTorch: torch.onnx.export)
dl-project import <folder or model.json>       make one of a tfjs layers model (Keras: tensorflowjs_converter)

  --out <path>           where. Default: <name>.safetensors in this folder
  --classes a,b,c        what the classes are called
  --scale 1/255          input = raw value * scale + offset, as in the training of the model
  --offset 0
  --task <name>          classification or regression
  --softmax              onnx: the model ends with logits; add the softmax (a sigmoid for one output)
  --input 3,224,224      onnx: lengths of the input that the file leaves free
  --channels-last        onnx: images come as [batch, height, width, channels]`;

const options = {
  out: { type: 'string' },
  classes: { type: 'string' },
  scale: { type: 'string' },
  offset: { type: 'string' },
  task: { type: 'string' },
  softmax: { type: 'boolean' },
  input: { type: 'string' },
  'channels-last': { type: 'boolean' },
} as const;

/** `dl-project import model.onnx`. */
export const importModel: Command = {
  help,
  async run(args) {
    const { path, out, onnx, data } = optionsOf(args);
    checkSource(path);
    await useBackend();
    const imported = await naming(path, () => (path.endsWith('.onnx') ? importOnnx(path, { ...onnx, ...data }) : importTfjs(path, data)));
    try {
      const { sizeBytes } = await saveModel(imported.model, out, imported);
      const engine = await loadModel(await readFile(out)).then(
        () => 'The engine runs it: loadModel of dl-project/inference.',
        (error: unknown) => (error as Error).message.replace(/; known are [^.]*/, ''),
      );
      process.stdout.write(
        `${summary(imported)}\n  ${out}   ${formatBytes(sizeBytes)}\n\n${imported.notes.map((note) => `  ${note}\n`).join('')}  ${engine}\n`,
      );
    } finally {
      imported.model.dispose();
    }
    return 0;
  },
};

/** What is no model of another library is refused before the backend is loaded. */
function checkSource(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() && !['.onnx', '.json'].includes(extname(path))) {
    throw new DlError(
      'usage',
      `import takes an ONNX file, which ends in .onnx, or the model.json or folder of a tfjs model; ${path} is neither.`,
    );
  }
  if (!found && path.endsWith('.onnx')) throw new DlError('missing', `There is no file ${path}.`);
}

function summary({ model, features }: ImportedModel): string {
  const { inputShape, outputs, task } = features;
  return `  ${formatCount(model.countParams())} weights in ${model.layers.length} layers, [${inputShape.join(', ')}] to ${outputs} outputs, ${task}`;
}

function optionsOf(args: readonly string[]) {
  const { values, positionals } = parseOptions(args, options, help);
  const [path, ...rest] = positionals;
  if (path === undefined || rest.length > 0) throw new DlError('usage', `import takes one model.\n${help}`);
  const { out, classes, scale, offset, task, softmax, input, 'channels-last': channelsLast } = values;
  if (!path.endsWith('.onnx') && (softmax || input || channelsLast)) {
    throw new DlError('usage', '--softmax, --input and --channels-last are for ONNX files, which end in .onnx.');
  }
  if (task !== undefined && task !== 'classification' && task !== 'regression') {
    throw new DlError('usage', `--task is ${JSON.stringify(task)}; it may be classification or regression.`);
  }
  const data: ImportedData = {
    ...(task && { task }),
    ...(classes && { outputNames: classes.split(',').map((name) => name.trim()) }),
    ...((scale || offset) && {
      preprocessing: { kind: 'scale', scale: numberIn('--scale', scale ?? '1'), offset: numberIn('--offset', offset ?? '0') },
    }),
  };
  const onnx = {
    ...(softmax && { addSoftmax: true }),
    ...(input && { inputShape: input.split(',').map((length) => numberIn('--input', length)) }),
    ...(channelsLast && { inputOrder: 'channelsLast' as const }),
  };
  const name = basename(path, extname(path));
  return { path, out: out ?? `${name === 'model' && extname(path) === '.json' ? 'imported' : name}.safetensors`, onnx, data };
}

/** `0.5`, or `1/255`. */
function numberIn(option: string, text: string): number {
  const [above, below = '1', ...rest] = text.split('/');
  const value = rest.length === 0 && above.trim() !== '' && below.trim() !== '' ? Number(above) / Number(below) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new DlError('usage', `${option} is ${JSON.stringify(text)}; it must be a number, such as 0.5 or 1/255.`);
}
