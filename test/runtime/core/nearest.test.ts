import { describe, expect, it } from 'vitest';
import { DlError, didYouMean, findByName, nearest } from '../../../src/core/index.ts';

const keys = ['name', 'seed', 'data.batchSize', 'training.epochs', 'training.optimizer.learningRate', 'model.units'];

describe('nearest', () => {
  it('finds what was misspelt, with letters missing, wrong or swapped', () => {
    expect(nearest('training.epoch', keys)).toBe('training.epochs');
    expect(nearest('data.batchsize', keys)).toBe('data.batchSize');
    expect(nearest('mdoel.units', keys)).toBe('model.units');
  });

  it('finds a dotted key by its last part', () => {
    expect(nearest('epochs', keys)).toBe('training.epochs');
    expect(nearest('learning-rate', keys)).toBe('training.optimizer.learningRate');
  });

  it('finds nothing where nothing is near', () => {
    expect(nearest('zebra', keys)).toBeUndefined();
    expect(nearest('', keys)).toBeUndefined();
    expect(nearest('z', ['a', 'b'])).toBeUndefined();
    expect(didYouMean('zebra', keys)).toBe('');
  });

  it('is quick for hostile words', () => {
    expect(nearest('x'.repeat(100_000), keys)).toBeUndefined();
  });
});

describe('findByName', () => {
  it('says which names there are', () => {
    const models = [{ name: 'lenet5' }, { name: 'mlp' }];
    expect(findByName('model', models, 'mlp')).toBe(models[1]);
    expect(() => findByName('model', models, 'lenet')).toThrow(
      new DlError('name', 'There is no model named "lenet". Did you mean lenet5? Known: lenet5, mlp.'),
    );
  });
});
