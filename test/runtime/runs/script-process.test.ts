import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DlError } from '../../../src/core/errors.ts';
import { reportError } from '../../../src/runs/script-process.ts';

let printed = '';

beforeEach(() => {
  printed = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

describe('reportError', () => {
  it('tells a DlError by its message, and what cannot be meant with exit code 2', () => {
    expect(reportError(new DlError('usage', 'No such thing.'))).toBe(2);
    expect(reportError(new DlError('data', 'Torn.'))).toBe(1);
    expect(printed).toBe('  No such thing.\n  Torn.\n');
  });

  it('says in a sentence that the disk is full', () => {
    expect(reportError(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }))).toBe(1);
    expect(printed).toBe(
      '  The disk is full. Make room, for example by deleting old folders of runs/. Typed again, the command goes on where it was; a training by npm run train resume\n',
    );
  });

  it('names a folder that cannot be one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'script-process-'));
    writeFileSync(join(folder, 'runs'), '');
    try {
      mkdirSync(join(folder, 'runs', 'lenet5'));
    } catch (error) {
      expect(reportError(error)).toBe(1);
    }
    rmSync(folder, { recursive: true });
    // Windows calls it ENOENT.
    if (process.platform !== 'win32')
      expect(printed).toBe(`  ${join(folder, 'runs', 'lenet5')} cannot be used: a part of its path is not a folder.\n`);
  });

  it('names a file whose folder is not there', () => {
    const path = join(tmpdir(), 'no-such-folder', 'model.onnx');
    try {
      writeFileSync(path, '');
    } catch (error) {
      expect(reportError(error)).toBe(1);
    }
    expect(printed).toBe(`  ${path} cannot be used: its folder is not there, and cannot be made.\n`);
  });

  it('names what was to be written, not the file that was to become it', () => {
    const error = { code: 'EISDIR', path: 'model.onnx.17.tmp', dest: 'model.onnx' };
    expect(reportError(Object.assign(new Error('EISDIR: rename'), error))).toBe(1);
    expect(printed).toBe('  model.onnx cannot be used: a folder of that name is in the way.\n');
  });

  it('shows the stack of what is a bug', () => {
    expect(reportError(new TypeError('x is undefined'))).toBe(1);
    expect(printed).toMatch(/^TypeError: x is undefined\n +at /);
  });
});
