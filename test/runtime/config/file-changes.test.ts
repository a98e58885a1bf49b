import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveConfig, resolveSettings } from '../../../src/config/resolve-config.ts';
import { DlError } from '../../../src/core/errors.ts';
import { input, pair, parts, problems } from './parts.ts';

/** The config as a command line of `key=value` words changes it. */
function resolve(...words: string[]) {
  return resolveConfig(parts, input, words.map(pair)).config;
}

describe('the changes of a file', () => {
  const apply = (changes: object, base: unknown = input) =>
    resolveConfig(parts, base, Object.entries(changes), { overridesSource: 'experiments/quick.ts' });

  it('are merged into the config, an object as one change for each of its keys', () => {
    const changes = {
      data: { batchSize: 3, noise: undefined },
      training: { epochs: 1, optimizer: { learningRate: 0.1 } },
      callbacks: { csvLogger: { separator: ';' }, earlyStopping: {} },
    };
    const { config } = apply(changes);
    expect(config.data).toMatchObject({ name: 'digits', noise: 0.5, shift: true, batchSize: 3, validationSplit: 0.1 });
    expect(config.training).toMatchObject({ epochs: 1, optimizer: { name: 'adam', learningRate: 0.1, beta1: 0.9 } });
    expect(config.callbacks).toEqual({
      csvLogger: { separator: ';', columns: ['loss'], nested: { deep: 1 } },
      earlyStopping: { patienceEpochs: 3, minDelta: 0 },
    });
    expect(apply({ callbacks: { csvLogger: {} } }, config).config.callbacks.csvLogger).toMatchObject({ separator: ';' });
    expect(apply({ callbacks: { csvLogger: false } }, config).config.callbacks.csvLogger).toBe(false);
  });

  it('take the defaults of another name as the command line does', () => {
    expect(apply({ model: { name: 'mlp' } })).toEqual(resolveConfig(parts, input, [pair('model.name=mlp')]));
    expect(apply({ model: { name: 'mlp', dropout: 0.5 }, training: { loss: 'huber' } }).config).toEqual(
      resolve('model=mlp', 'model.dropout=0.5', 'training.loss=huber'),
    );
  });

  it('are refused in the words of the command line, after the name of the file', () => {
    const wrong = ['training.epoch=1', 'model.hidden=3', 'callbacks.csvLogger.separater=x', 'training.optimizer=adm', 'data.batchSize=0.5'];
    const changes = {
      training: { epoch: 1, optimizer: 'adm' },
      model: { hidden: 3 },
      callbacks: { csvLogger: { separater: 'x' } },
      data: { batchSize: 0.5 },
    };
    const typed = problems(() => resolve(...wrong)).map((line) => line.replace('not "0.5"', 'not 0.5'));
    expect(problems(() => apply(changes)).sort()).toEqual(typed.map((line) => `experiments/quick.ts: ${line}`).sort());
  });

  it('are no command line: a text is no number, and a name is no list', () => {
    expect(problems(() => apply({ training: { epochs: '3', metrics: 'accuracy' } }))).toEqual([
      'experiments/quick.ts: training.epochs must be a whole number of at least 1, not "3".',
      'experiments/quick.ts: training.metrics must be a list of names, not "accuracy".',
    ]);
  });

  it('of any shape never throw anything but a DlError', () => {
    const key = fc.constantFrom(
      'name',
      'model',
      'training',
      'callbacks',
      'epochs',
      'units',
      'earlyStopping',
      '__proto__',
      'constructor',
      '',
      '.',
    );
    const plain = { noNullPrototype: true, maxKeys: 4 }; // zod trips over a `constructor` of its own in an object without a prototype
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.anything({ maxDepth: 1 }),
        fc.dictionary(key, tie('tree'), plain),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, tree, plain), (changes) => {
        try {
          apply(changes);
        } catch (error) {
          expect(error).toBeInstanceOf(DlError);
        }
      }),
    );
  });
});

describe('resolveSettings', () => {
  const defaults = { index: 17, file: '' };

  it("reads a script's own settings", () => {
    expect(resolveSettings(defaults, [])).toEqual(defaults);
    expect(resolveSettings(defaults, [['index', '18'], ['file', 'seven.png']])).toEqual({ index: 18, file: 'seven.png' }); // biome-ignore format: one line
  });

  it('refuses what they are not', () => {
    expect(problems(() => resolveSettings(defaults, [['index', 'first']]))).toEqual(['index must be a number, not "first".']);
  });
});
