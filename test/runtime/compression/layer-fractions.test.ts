import { expect, it } from 'vitest';
import { fractionsByLayer } from '../../../src/compression/layer-fractions.ts';

const layers = ['conv1', 'conv2', 'dense1'];

it('gives one number to every layer', () => {
  expect(fractionsByLayer('keep', 0.5, layers)).toEqual(
    new Map([
      ['conv1', 0.5],
      ['conv2', 0.5],
      ['dense1', 0.5],
    ]),
  );
});

it('lets the last pattern that matches hold, and leaves out what none matches', () => {
  expect(fractionsByLayer('keep', { 'conv*': 0.5, conv2: 0.1 }, layers)).toEqual(
    new Map([
      ['conv1', 0.5],
      ['conv2', 0.1],
    ]),
  );
});

it('takes letters that mean something in regular expressions for themselves', () => {
  expect(fractionsByLayer('keep', { 'a.b+*': 0.5 }, ['a.b+c', 'axbbc'])).toEqual(new Map([['a.b+c', 0.5]]));
});

it('refuses a pattern that matches nothing and names the layers', () => {
  expect(() => fractionsByLayer('pruneWeights keep', { dnese1: 0.1 }, layers)).toThrow(
    'pruneWeights keep names "dnese1", but the model has no such layer. Did you mean dense1? Layers: conv1, conv2, dense1.',
  );
});

it('refuses what is no number', () => {
  expect(() => fractionsByLayer('pruneUnits ratio', undefined as never, layers)).toThrow(
    "pruneUnits ratio is undefined; it must be a number, or numbers by layer name: { 'dense*': 0.1 }.",
  );
  expect(() => fractionsByLayer('keep', { conv1: '0.5' as never }, layers)).toThrow('keep of "conv1" is "0.5"; it must be a number');
});
