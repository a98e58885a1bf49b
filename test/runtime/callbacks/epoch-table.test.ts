import { describe, expect, it } from 'vitest';
import { EpochTable } from '../../../src/callbacks/epoch-table.ts';

const logs = { loss: 0.41234, accuracy: 0.871, val_loss: 0.118, val_accuracy: 0.964 };

function table(width: number, monitorKey = 'val_loss'): EpochTable {
  return new EpochTable({ logKeys: Object.keys(logs), monitorKey, epochs: 6, rateTitle: 'images/s', width });
}

describe('EpochTable', () => {
  it('shows losses as numbers, accuracies as per cent and the rate', () => {
    expect(table(80).header()).toBe('  epoch      loss   accuracy   val_loss   val_accuracy   images/s');
    expect(table(80).row(0, logs, 2080.4, true)).toBe('    1/6     0.412     87.1 %      0.118         96.4 %      2,080   best');
    expect(table(80).row(5, { ...logs, val_loss: Number.NaN }, 2105, false)).toBe(
      '    6/6     0.412     87.1 %        NaN         96.4 %      2,105',
    );
  });

  it('leaves out what does not fit: first how the training data was answered, then the rate', () => {
    expect(table(70).header()).toBe('  epoch      loss   val_loss   val_accuracy   images/s');
    expect(table(55).header()).toBe('  epoch      loss   val_loss   val_accuracy');
    expect(table(40).header()).toBe('  epoch   val_loss   val_accuracy');
    expect(table(30).header()).toBe('  epoch   val_loss');
  });

  it('keeps the monitored value to the last', () => {
    expect(table(30, 'accuracy').header()).toBe('  epoch   accuracy');
  });

  it.each([80, 70, 55, 40, 30])('never fills more than %i characters', (width) => {
    expect(table(width).row(0, logs, 99_999, true).length).toBeLessThanOrEqual(width);
  });

  it('makes room for a hundred epochs', () => {
    const long = new EpochTable({ logKeys: ['loss'], monitorKey: 'loss', epochs: 100, rateTitle: 'rows/s', width: 80 });
    expect(long.header()).toBe('    epoch      loss    rows/s');
    expect(long.row(0, { loss: 1 }, 5, false)).toBe('    1/100     1.000         5');
  });

  it('shows a dash for what an epoch does not have', () => {
    const { accuracy: _, ...without } = logs;
    expect(table(80).row(5, without, undefined, false)).toMatch(/^ +6\/6 +0\.412 +- +0\.118 +96\.4 % +-$/);
  });
});
