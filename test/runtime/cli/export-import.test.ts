import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import type { Command } from '../../../src/cli/command.ts';
import { exportModel } from '../../../src/cli/commands/export.ts';
import { importModel } from '../../../src/cli/commands/import.ts';
import { saveModel } from '../../../src/compression/save-model.ts';
import { exportTfjs } from '../../../src/export/index.ts';
import { functional, layers, through } from '../../../src/layers/index.ts';
import { readModelFile } from '../../../src/packed/read-model-file.ts';
import { engineNets, image } from '../export/nets.ts';

let folder: string;
let packed: string;
beforeAll(async () => {
  await useBackend();
  folder = mkdtempSync(join(tmpdir(), 'dl-export-'));
  packed = join(folder, 'model.safetensors');
  const model = engineNets[2].build();
  await saveModel(model, packed, { features: image });
  model.dispose();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function printed(command: Command, ...args: string[]): Promise<string> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    expect(await command.run(args)).toBe(0);
    return write.mock.calls.map(([text]) => text).join('');
  } finally {
    write.mockRestore();
  }
}

describe('dl-project export', () => {
  test('writes ONNX and tfjs models beside the packed file, or where it is told', async () => {
    expect(await printed(exportModel, packed, '--to', 'onnx')).toMatch(/onnx, float32: .*model\.onnx {3}[\d.]+ KB/);
    expect(existsSync(join(folder, 'model.onnx'))).toBe(true);
    await printed(exportModel, packed, '--to', 'tfjs', '--precision', 'uint8');
    expect(existsSync(join(folder, 'model-tfjs', 'model.json'))).toBe(true);
    await printed(exportModel, packed, '--to', 'onnx', '--out', join(folder, 'in', 'raw.onnx'), '--channels-first', '--preprocessing');
    expect(existsSync(join(folder, 'in', 'raw.onnx'))).toBe(true);
  });

  test('does not write over a model that it did not write, unless it is told to', async () => {
    const [own, foreign] = [join(folder, 'foreign.safetensors'), join(folder, 'foreign.onnx')];
    copyFileSync(packed, own);
    writeFileSync(foreign, 'as PyTorch wrote it');
    await expect(exportModel.run([own, '--to', 'onnx'])).rejects.toThrow(/foreign\.onnx is there already, and not from dl-project.*--out/);
    expect(readFileSync(foreign, 'utf8')).toBe('as PyTorch wrote it');
    await printed(exportModel, own, '--to', 'onnx', '--out', foreign);
    await printed(exportModel, own, '--to', 'onnx'); // its own it writes again
  });

  test.each([
    [[], 'export takes one packed model.'],
    [['model.safetensors'], 'export needs --to onnx or --to tfjs.'],
    [['model.safetensors', '--to', 'onx'], 'export needs --to onnx or --to tfjs, not "onx". Did you mean onnx?'],
    [['m', '--to', 'onnx', '--precision', 'uint8'], '--precision is "uint8"; for onnx it may be float32, int8.'],
    [['m', '--to', 'tfjs', '--channels-first'], '--channels-first and --preprocessing are for --to onnx'],
    [['m', '--to', 'tfjs', '--quantize'], "Unknown option '--quantize'"],
    [['nowhere.safetensors', '--to', 'onnx'], 'There is no model file nowhere.safetensors.'],
  ])('refuses %j', async (args, message) => {
    await expect(exportModel.run(args)).rejects.toThrow(message);
  });
});

describe('dl-project import', () => {
  const torch = (name: string) => join(import.meta.dirname, '..', 'export', 'pytorch', `${name}.onnx`);

  test('makes a packed model of an ONNX file, with what the options say of it, and says who runs it', async () => {
    const out = join(folder, 'residual.safetensors');
    const text = await printed(importModel, torch('residual'), '--out', out, '--softmax', '--classes', 'cat, dog,bird', '--scale', '1/255');
    expect(text).toMatch(/1,195 weights in 16 layers, \[24, 20, 3\] to 3 outputs, classification\n {2}.*residual\.safetensors/);
    expect(text).toContain('The engine runs it');
    expect(readModelFile(readFileSync(out)).features).toMatchObject({
      outputNames: ['cat', 'dog', 'bird'],
      preprocessing: { kind: 'scale', scale: 1 / 255, offset: 0 },
    });
  });

  test('says what is missing', async () => {
    const text = await printed(importModel, torch('mobile'), '--out', join(folder, 'mobile.safetensors'));
    expect(text).toContain('The file names no classes');
    expect(text).toContain('The engine runs it');
  });

  test('says what the engine has against a model, which is saved all the same', async () => {
    const [source, out] = [join(folder, 'shared'), join(folder, 'shared.safetensors')];
    const model = functional([4], (entry) =>
      through(entry, layers.dense({ units: 3 }), layers.activation({ activation: 'logSoftmax' as 'relu' })),
    );
    await exportTfjs(model, source, { features: { ...image, inputShape: [4] } });
    model.dispose();
    const text = await printed(importModel, source, '--out', out);
    expect(text).toMatch(/The engine cannot run layer \S+: it has the activation "log_softmax"\. With tfjs it runs: loadLayersModel/);
    expect(text).not.toContain('The engine runs it');
    expect(readModelFile(readFileSync(out)).features).toMatchObject({ inputShape: [4] });
  });

  test('makes one of a tfjs model', async () => {
    const out = join(folder, 'keras.safetensors');
    const keras = join(import.meta.dirname, '..', 'export', 'keras', 'branches');
    expect(await printed(importModel, keras, '--out', out)).toContain('[6, 6, 3] to 1 outputs, classification');
    expect(existsSync(out)).toBe(true);
  });

  test.each([
    [[], 'import takes one model.'],
    [['model.json', '--softmax'], '--softmax, --input and --channels-last are for ONNX files, which end in .onnx.'],
    [['a.onnx', '--scale', 'big'], '--scale is "big"; it must be a number, such as 0.5 or 1/255.'],
    [['a.onnx', '--task', 'sort'], '--task is "sort"; it may be classification or regression.'],
    [['nowhere.onnx'], 'There is no file nowhere.onnx.'],
    [['package.json'], 'package.json: Not a sound tfjs model'],
    [['LICENSE'], 'import takes an ONNX file, which ends in .onnx, or the model.json or folder of a tfjs model; LICENSE is neither.'],
    [['nowhere/model.json'], 'There is no file nowhere/model.json. A tfjs model is model.json and the files of weights beside it.'],
  ])('refuses %j', async (args, message) => {
    await expect(importModel.run(args)).rejects.toThrow(message);
  });
});
