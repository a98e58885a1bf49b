import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { inspect } from '../../../src/cli/commands/inspect.ts';
import { float32Tensor, writeSafetensors } from '../../../src/packed/safetensors.ts';
import { storedForms } from '../../../src/packed/stored-forms.ts';
import { writeModelFile } from '../../../src/packed/write-model-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dl-inspect-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function inspected(...args: string[]): Promise<string> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    expect(await inspect.run(args)).toBe(0);
    return write.mock.calls.map(([text]) => text).join('');
  } finally {
    write.mockRestore();
  }
}

function packedModel(): Uint8Array {
  const values = new Float32Array(4000);
  values[7] = 1.5;
  return writeModelFile(
    {
      topology: {
        class_name: 'Sequential',
        config: { layers: [{ class_name: 'Dense', config: { name: 'dense1', units: 100, activation: 'relu' } }] },
      },
      features: { task: 'classification', inputShape: [8, 5], outputNames: ['no', 'yes'] },
      metrics: { val_accuracy: 0.5 },
      recipe: [
        { name: 'pruneWeights', options: { keep: 0.1 } },
        { name: 'huffmanCode', options: {} },
      ],
      activations: new Map([['dense1', { scale: 0.5, zeroPoint: 2 }]]),
      weights: new Map([
        ['dense1/kernel', { shape: [40, 100], values }],
        ['dense1/bias', { shape: [100], values: Float32Array.from({ length: 100 }, (_, i) => 1 / 2 ** (i % 3) + i) }],
      ]),
    },
    storedForms,
  );
}

describe('dl-project inspect', () => {
  test('lists the metadata and tensors of any safetensors file', async () => {
    const path = join(folder, 'plain.safetensors');
    const tensors = new Map([['a', float32Tensor(new Float32Array(6), [2, 3])]]);
    writeFileSync(path, writeSafetensors({ tensors, metadata: { note: 'x'.repeat(2000) } }));
    const text = await inspected(path);
    expect(text).toContain(`note       ${'x'.repeat(80)} ... (2.0 KB)`);
    expect(text).toMatch(/a {8}F32 {4}\[2, 3\] {6}24/);
    expect(text).not.toContain('smaller');
  });

  test('shows control characters instead of sending them to the terminal', async () => {
    const path = join(folder, 'hostile.safetensors');
    const tensors = new Map([['a\u001b[2J', float32Tensor(new Float32Array(1))]]);
    writeFileSync(path, writeSafetensors({ tensors, metadata: { 'k\r': 'v\u009b31m\nnext' } }));
    const text = await inspected(path);
    expect(text).toContain('a\\u001b[2J');
    expect(text).toContain('k\\u000d');
    expect(text).toContain('v\\u009b31m\\u000anext');
  });

  test('of a packed model it says what it is, its layers, how each weight is stored and where the bytes are', async () => {
    const path = join(folder, 'model.safetensors');
    writeFileSync(path, packedModel());
    expect((await inspected(path)).split('\n')).toEqual([
      expect.stringMatching(/ {2}.*model\.safetensors {3}1\.1 KB, 14\.7x smaller than its weights as float32$/),
      '',
      '  answers   classification: no, yes',
      '  input     8 x 5',
      '  metrics   val_accuracy 50.0 %',
      '  recipe    pruneWeights (keep 0.1) - huffmanCode',
      '  ranges    dense1',
      '',
      '  layer    class   settings',
      '  dense1   Dense   units 100, activation relu',
      '',
      '  weight             shape   not zero             stored as                  bits each   bytes',
      '  dense1/kernel   40 x 100          1     0.0 %   bitmap, float16, deflate        0.02      10',
      '  dense1/bias          100        100   100.0 %   float16                         16.0     200',
      '  header                                                                                   904',
      '  total              4,100        101     2.5 %                                   2.17   1,114',
      '',
    ]);
  });

  test('prints JSON for programs', async () => {
    const path = join(folder, 'model.safetensors');
    writeFileSync(path, packedModel());
    const model = JSON.parse(await inspected(path, 'json'));
    expect(model).toMatchObject({
      float32Bytes: 16_400,
      metrics: { val_accuracy: 0.5 },
      activations: { dense1: { scale: 0.5, zeroPoint: 2 } },
    });
    expect(model.weights[0]).toEqual({
      name: 'dense1/kernel',
      shape: [40, 100],
      notZero: 1,
      form: 'bitmap, float16, deflate',
      sizeBytes: 10,
      bitsPerWeight: 0.02,
    });
    expect(model.headerBytes + 210).toBe(model.sizeBytes);
    writeFileSync(path, writeSafetensors({ tensors: new Map([['a', float32Tensor(new Float32Array(2))]]), metadata: { by: 'them' } }));
    expect(JSON.parse(await inspected(path, 'json'))).toEqual({
      sizeBytes: expect.any(Number),
      metadata: { by: 'them' },
      tensors: [{ name: 'a', dtype: 'F32', shape: [2], sizeBytes: 8 }],
    });
  });

  test('prints a packed model whose descriptions are of any kind, control characters and all', async () => {
    const path = join(folder, 'odd.safetensors');
    const topology = {
      config: {
        layers: [null, 7, { class_name: ['x'], config: { name: 'a\u001b[2J', units: { deep: [] } }, inbound_nodes: [[['\n']], 3] }],
      },
    };
    const file = { topology, features: null, metrics: {}, recipe: [null, { name: {} }], weights: new Map() };
    writeFileSync(path, writeModelFile(file));
    const text = await inspected(path);
    expect(text).toContain('a\\u001b[2J');
    expect(text).not.toContain('\u001b');
  });

  test('refuses a file that is not there, a folder, and no file at all', async () => {
    await expect(inspect.run([join(folder, 'none')])).rejects.toThrow(/none is not there/);
    await expect(inspect.run([folder])).rejects.toThrow(/is a folder/);
    await expect(inspect.run(['/dev/null'])).rejects.toThrow(process.platform === 'win32' ? 'is not there' : '/dev/null is no file');
    writeFileSync(join(folder, 'cut.safetensors'), 'short');
    await expect(inspect.run([join(folder, 'cut.safetensors')])).rejects.toThrow(/cut\.safetensors: /);
    await expect(inspect.run([])).rejects.toMatchObject({ code: 'usage' });
    await expect(inspect.run(['a', 'xml'])).rejects.toMatchObject({ code: 'usage' });
  });
});
