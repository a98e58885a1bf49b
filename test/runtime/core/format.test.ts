import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatDuration, formatNumber, formatPercent, textTable } from '../../../src/core/index.ts';

describe('numbers for people', () => {
  it('separates thousands', () => {
    expect([0, 999, 1000, 10800, 1234567, -1234].map(formatCount)).toEqual(['0', '999', '1,000', '10,800', '1,234,567', '-1,234']);
  });

  it('writes shares as per cent and unknown ones as a dash', () => {
    expect([0.8712, 1, 0, Number.NaN].map((share) => formatPercent(share))).toEqual(['87.1 %', '100.0 %', '0.0 %', '-']);
  });

  it('counts bytes in units of 1,024', () => {
    expect([512, 43_418, 1_765_683, 100 * 2 ** 20].map(formatBytes)).toEqual(['512 bytes', '42.4 KB', '1,724.3 KB', '100.0 MB']);
  });

  it('writes durations with the two largest units', () => {
    expect([400, 31_400, 95_000, 4_020_000].map(formatDuration)).toEqual(['0.4 s', '31 s', '1 min 35 s', '1 h 7 min']);
  });

  it('keeps tiny losses visible', () => {
    expect([0.4123, 0.00001, 0, 999.5, 107_026.44, Number.NaN, 3e9].map((value) => formatNumber(value))).toEqual([
      '0.412',
      '1.00e-5',
      '0.000',
      '999.500',
      '107,026',
      'NaN',
      '3.00e+9',
    ]);
  });
});

describe('textTable', () => {
  it('aligns columns and leaves no trailing spaces', () => {
    const table = textTable(
      [{ title: 'layer', align: 'left' }, { title: 'weights' }, { title: 'note', align: 'left' }],
      [
        ['conv1', '500', ''],
        ['dense1', '400,000', 'most of it'],
      ],
    );
    expect(table).toBe(['  layer    weights   note', '  conv1        500', '  dense1   400,000   most of it'].join('\n'));
  });
});
