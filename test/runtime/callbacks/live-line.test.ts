import { expect, it } from 'vitest';
import { LiveLine } from '../../../src/callbacks/live-line.ts';

it.each([
  [120, 'first   second'],
  [12, 'first'],
  [0, 'first   second'],
])('of a terminal %i wide shows what fits; without a width it takes 80', (columns, expected) => {
  const written: string[] = [];
  const line = new LiveLine({ columns, write: (text: string) => written.push(text) > 0 } as never);
  line.show(() => ['first', 'second']);
  expect(written.join('').trim()).toContain(expected);
  expect(written.join('').includes('second')).toBe(expected.includes('second'));
});
