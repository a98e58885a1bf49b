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

async function inspected(path: string): Promise<string> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    expect(await inspect.run([path])).toBe(0);
    return write.mock.calls.map(([text]) => text).join('');
  } finally {
    write.mockRestore();
  }
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

  test('of a packed model it says how each weight is stored and how much smaller the file is', async () => {
    const path = join(folder, 'model.safetensors');
    const values = new Float32Array(4000);
    values[7] = 1.5;
    const weights = new Map([['dense1/kernel', { shape: [40, 100], values }]]);
    writeFileSync(path, writeModelFile({ topology: {}, features: {}, metrics: { val_accuracy: 0.5 }, weights }, storedForms));
    const text = await inspected(path);
    expect(text).toMatch(/dense1\/kernel {3}\[40, 100\] {3}bitmap, float16, deflate {10}1 {10}16,000/);
    expect(text).toMatch(/15\.6 KB as float32, .* in this file: \d+\.\dx smaller/);
  });

  test('refuses a file that is not there, a folder, and no file at all', async () => {
    await expect(inspect.run([join(folder, 'none')])).rejects.toThrow(/none is not there/);
    await expect(inspect.run([folder])).rejects.toThrow(/is a folder/);
    await expect(inspect.run([])).rejects.toMatchObject({ code: 'usage' });
  });
});
