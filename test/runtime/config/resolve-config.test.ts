import { describe, expect, it } from 'vitest';
import { type Overrides, resolveConfig } from '../../../src/config/resolve-config.ts';
import { defaultStepSettings } from '../../../src/config/step-settings.ts';
import { noAugmentation } from '../../../src/data/augmentation/augmentation-settings.ts';
import { input, pair, parts, problems } from './parts.ts';

/** The config as a command line of `key=value` words changes it. */
function resolve(...words: string[]) {
  return resolveConfig(parts, input, words.map(pair)).config;
}

/** The settings of every dataset that nobody changes here. */
const otherLoading = {
  folds: 0,
  fold: 0,
  sampling: 'shuffled',
  classWeights: 'none',
  augmentation: noAugmentation,
  workers: 'auto',
};

describe('resolveConfig', () => {
  it('fills in the defaults of every named part', () => {
    expect(resolve()).toEqual({
      name: 'test-project',
      seed: 0,
      data: { name: 'digits', noise: 0.5, shift: true, batchSize: 128, validationSplit: 0.1, ...otherLoading },
      model: { name: 'lenet5', filters: [20, 50], units: 300, padding: 'valid' },
      training: {
        epochs: 6,
        loss: { name: 'mse' },
        metrics: [{ name: 'accuracy' }],
        optimizer: { name: 'adam', learningRate: 1e-3, beta1: 0.9, ...defaultStepSettings },
        monitor: 'val_loss',
        limitBatches: 0,
      },
      callbacks: { csvLogger: { separator: ',', columns: ['loss'], nested: { deep: 1 } } },
      compression: { recipe: '' },
    });
  });

  it('gives the same again when it is given its own result', () => {
    const config = resolve('model.name=mlp', 'callbacks.earlyStopping=true', 'training.metrics=accuracy,topK');
    expect(resolveConfig(parts, JSON.parse(JSON.stringify(config)))).toEqual({ config, notes: [] });
  });

  it('does not hand out the defaults themselves', () => {
    resolve().model.name = 'mlp';
    (resolve().model as unknown as { filters: number[] }).filters.push(7);
    expect(resolve().model).toEqual({ name: 'lenet5', filters: [20, 50], units: 300, padding: 'valid' });
  });

  it('reads every type of setting from text', () => {
    const config = resolve(
      'name="quoted name"',
      'seed=-7',
      'data.noise=1e-3',
      'data.shift=false',
      'model.filters=[8,16]',
      "model.padding='same'",
      'training.optimizer.learningRate=.5',
      'callbacks.csvLogger.separator=;',
      'callbacks.csvLogger.columns=loss,val_loss',
      'callbacks.csvLogger.nested.deep=2',
    );
    expect(config.name).toBe('quoted name');
    expect(config.seed).toBe(-7);
    expect(config.data).toMatchObject({ noise: 0.001, shift: false });
    expect(config.model).toMatchObject({ filters: [8, 16], padding: 'same' });
    expect(config.training.optimizer.learningRate).toBe(0.5);
    expect(config.callbacks.csvLogger).toEqual({ separator: ';', columns: ['loss', 'val_loss'], nested: { deep: 2 } });
  });

  it.each([
    ['model.filters=64', [64]],
    ['model.filters=64,32', [64, 32]],
    ['model.filters=[64, 32]', [64, 32]],
    ['model.filters=', []],
    ['model.filters=[]', []],
  ])('reads the list %s', (word, filters) => {
    expect(resolve(word).model).toMatchObject({ filters });
  });

  it('keeps text as it is, also where it looks like something else', () => {
    expect(resolve('name=5').name).toBe('5');
    expect(resolve('name=a=b').name).toBe('a=b');
    expect(resolve('compression.recipe=').compression.recipe).toBe('');
    expect(resolve('name=größe 数').name).toBe('größe 数');
  });

  it('takes values that are typed already, as a study gives them', () => {
    const changes: Overrides = [
      ['training.epochs', 2],
      ['model.filters', [1, 2]],
      ['training.optimizer', { name: 'sgd', momentum: 0.9 }],
    ];
    const { config } = resolveConfig(parts, input, changes);
    expect(config.training.epochs).toBe(2);
    expect(config.model).toMatchObject({ filters: [1, 2] });
    expect(config.training.optimizer).toEqual({ name: 'sgd', learningRate: 0.01, momentum: 0.9, ...defaultStepSettings });
  });

  it('lets the later of two changes win', () => {
    expect(resolve('training.epochs=3', 'training.epochs=4').training.epochs).toBe(4);
    expect(resolve('training.optimizer.name=sgd', 'training.optimizer=adam').training.optimizer.name).toBe('adam');
  });

  describe('a changed name', () => {
    it('takes the defaults of the new entry, drops the options of the old one, and says so', () => {
      const { config, notes } = resolveConfig(parts, input, [pair('model.name=mlp')]);
      expect(config.model).toEqual({ name: 'mlp', hidden: [128, 64], dropout: 0 });
      expect(notes).toEqual(['model.name=mlp: its own defaults are used (hidden [128, 64], dropout 0)']);
    });

    it('keeps options that are given for the new entry, in any order of the words', () => {
      const expected = { name: 'mlp', hidden: [8], dropout: 0 };
      for (const words of [
        ['model.name=mlp', 'model.hidden=8'],
        ['model.hidden=8', 'model.name=mlp'],
      ]) {
        const { config, notes } = resolveConfig(parts, input, words.map(pair));
        expect(config.model).toEqual(expected);
        expect(notes).toEqual(['model.name=mlp: its own defaults are used (dropout 0)']);
      }
    });

    it('says nothing when the name stays or nothing is left to default', () => {
      expect(resolveConfig(parts, input, [pair('model.name=lenet5')]).notes).toEqual([]);
      expect(resolve('model.name=lenet5').model).toMatchObject({ units: 300 });
      expect(resolveConfig(parts, input, [pair('training.loss=huber'), pair('training.loss.delta=2')]).notes).toEqual([]);
    });

    it('keeps the settings that every entry has, but those of its own', () => {
      const clipped = resolve('training.optimizer.clipNorm=2', 'training.optimizer.learningRate=1', 'training.optimizer=sgd');
      expect(clipped.training.optimizer).toMatchObject({ name: 'sgd', clipNorm: 2 });
      const rates = resolve('training.optimizer.learningRateMultipliers={"conv*":0.1}').training.optimizer.learningRateMultipliers;
      expect(rates).toEqual({ 'conv*': 0.1 });
    });

    it('an option of the entry replaces the setting of the same name that all have', () => {
      const decaying = { name: 'adamw', defaults: { learningRate: 1e-3, weightDecay: 0.004 } };
      const own = { ...parts, optimizers: [...parts.optimizers, decaying] };
      const choose = (name: string) => resolveConfig(own, input, [['training.optimizer', name]]).config.training.optimizer;
      expect(choose('adamw')).toMatchObject({ name: 'adamw', weightDecay: 0.004 });
      expect(choose('sgd')).toMatchObject({ name: 'sgd', weightDecay: 0 });
    });

    it('works by the short form too: training.optimizer=sgd', () => {
      expect(resolve('training.optimizer=sgd').training.optimizer).toMatchObject({ name: 'sgd', learningRate: 0.01, momentum: 0 });
      expect(resolve('training.optimizer.name=sgd').training.optimizer).toEqual(resolve('training.optimizer=sgd').training.optimizer);
      expect(resolve('training.loss=huber').training.loss).toEqual({ name: 'huber', delta: 1 });
      expect(resolve('model=mlp').model.name).toBe('mlp');
    });

    it('keeps the settings that every entry has', () => {
      const given = { ...input, data: { name: 'digits', noise: 1, batchSize: 32 } };
      expect(resolveConfig(parts, given, [pair('data.name=idx')]).config.data).toEqual({
        name: 'idx',
        folder: 'dataset',
        batchSize: 32,
        validationSplit: 0.1,
        ...otherLoading,
      });
    });
  });

  describe('callbacks', () => {
    it('are switched on and off by name', () => {
      expect(resolve('callbacks.earlyStopping=true').callbacks.earlyStopping).toEqual({ patienceEpochs: 3, minDelta: 0 });
      expect(resolve('callbacks.earlyStopping=false').callbacks.earlyStopping).toBe(false);
      expect(resolve('callbacks.csvLogger=false').callbacks.csvLogger).toBe(false);
    });

    it('are switched on by one of their options, with the rest default', () => {
      expect(resolve('callbacks.earlyStopping.patienceEpochs=5').callbacks.earlyStopping).toEqual({ patienceEpochs: 5, minDelta: 0 });
    });

    it('that are on by themselves stay on until they are switched off', () => {
      const withDefault = { ...parts, defaultCallbacks: ['earlyStopping'] };
      expect(resolveConfig(withDefault, input).config.callbacks.earlyStopping).toEqual({ patienceEpochs: 3, minDelta: 0 });
      expect(resolveConfig(withDefault, input, [pair('callbacks.earlyStopping=false')]).config.callbacks.earlyStopping).toBe(false);
    });

    it('obey the later of two words', () => {
      const on = ['callbacks.earlyStopping=false', 'callbacks.earlyStopping.patienceEpochs=5'];
      expect(resolve(...on).callbacks.earlyStopping).toEqual({ patienceEpochs: 5, minDelta: 0 });
      expect(resolve(...on.reverse()).callbacks.earlyStopping).toBe(false);
    });
  });

  describe('metrics', () => {
    it('are given whole, as names or with options', () => {
      expect(resolve('training.metrics=accuracy,topK').training.metrics).toEqual([{ name: 'accuracy' }, { name: 'topK', k: 3 }]);
      expect(resolve('training.metrics=[topK]').training.metrics).toEqual([{ name: 'topK', k: 3 }]);
      expect(resolve('training.metrics=').training.metrics).toEqual([]);
      expect(resolve('training.metrics=[{"name":"topK","k":5}]').training.metrics).toEqual([{ name: 'topK', k: 5 }]);
    });

    it('can be monitored when they are named', () => {
      expect(resolve('training.monitor=val_accuracy').training.monitor).toBe('val_accuracy');
      expect(problems(() => resolve('training.monitor=val_acuracy'))).toEqual([
        'training.monitor must be loss or val_loss or accuracy or val_accuracy, not "val_acuracy". Did you mean val_accuracy?',
      ]);
      expect(problems(() => resolve('training.monitor=val_topK'))[0]).toMatch(/A metric must be named in training.metrics/);
    });
  });

  describe('says what is wrong with', () => {
    it.each([
      ['training.epoch=3', 'training.epoch is not a setting. Did you mean training.epochs (whole number, now 6)?'],
      ['epochs=3', 'epochs is not a setting. Did you mean training.epochs (whole number, now 6)?'],
      ['training.epochs=many', 'training.epochs must be a whole number of at least 1, not "many".'],
      ['training.epochs=2.5', 'training.epochs must be a whole number of at least 1, not "2.5".'],
      ['training.epochs=', 'training.epochs must be a whole number of at least 1, not "".'],
      ['training.epochs=NaN', 'training.epochs must be a whole number of at least 1, not "NaN".'],
      ['training.epochs=Infinity', 'training.epochs must be a whole number of at least 1, not "Infinity".'],
      ['data.validationSplit=1', 'data.validationSplit must be a number of at least 0 and below 1, not "1".'],
      ['data.shift=yes', 'data.shift must be true or false, not "yes".'],
      ['model.padding=full', 'model.padding must be valid or same, not "full".'],
      ['model.filters=a,b', 'model.filters must be a list of numbers, not "a,b".'],
      ['model.hidden=3', 'model.hidden is a setting of mlp, but model.name is lenet5. Give model.name=mlp too, or leave it out.'],
      ['model.name=lenet', 'model.name: There is no model named "lenet". Did you mean lenet5? Known: lenet5, mlp.'],
      ['training.optimizer=adm', 'training.optimizer: There is no optimizer named "adm". Did you mean adam? Known: adam, sgd.'],
      ['training.metrics=acuracy', 'training.metrics: There is no metric named "acuracy". Did you mean accuracy? Known: accuracy, topK.'],
      ['training.metrics.topK.k=3', 'training.metrics.topK.k: training.metrics is a list; give it whole: training.metrics=accuracy,topK'],
      [
        'training=3',
        'training holds several settings: training.epochs, training.loss, training.metrics, training.optimizer, training.monitor, training.limitBatches.',
      ],
      ['training.epochs.x=3', 'training.epochs.x is not a setting. Did you mean training.epochs (whole number, now 6)?'],
      ['callbacks.earlyStopping=5', 'callbacks.earlyStopping must be true or false, not "5".'],
      [
        'callbacks.earlyStoping=true',
        'callbacks.earlyStoping is not a setting. Did you mean callbacks.earlyStopping (true or false, now false)?',
      ],
      [
        'zzzzzzzz=1',
        'zzzzzzzz is not a setting. There are name, seed, data, model, training, callbacks, compression and what is in them: see print-config.',
      ],
      [
        'data.zzzzzzzz=1',
        'data.zzzzzzzz is not a setting. There are data.name, data.noise, data.shift, data.batchSize, data.validationSplit, ' +
          'data.folds, data.fold, data.stratifyFolds, data.shuffleFolds, data.foldSeed, data.sampling, data.classWeights, ' +
          'data.augmentation.flip, data.augmentation.cropPadding, data.augmentation.shift, data.augmentation.rotate, data.augmentation.zoom, ' +
          'data.augmentation.brightness, data.augmentation.contrast, data.augmentation.cutout, data.augmentation.mixup, data.workers.',
      ],
    ])('%s', (word, message) => {
      expect(problems(() => resolve(word))).toContain(message);
    });

    it("a script's own settings, which are named before others that are as near", () => {
      const problem = problems(() => resolveConfig(parts, input, [['epoch', '1']], { otherNames: ['epoc'] }));
      expect(problem).toContain('epoch is not a setting. Did you mean epoc?');
    });

    it('a number that is none, and a misspelt key whose right one is missing', () => {
      const { epochs, ...training } = input.training;
      const wrong = { ...input, seed: Number.NaN, training: { ...training, epocs: epochs } };
      const lines = problems(() => resolveConfig(parts, wrong));
      expect(lines).toContain('config.ts: seed must be a whole number, not NaN.');
      expect(lines).toContain('config.ts: training.epocs is not a setting. Did you mean training.epochs (whole number)?');
    });

    it('config.ts, by its name', () => {
      const wrong = {
        ...input,
        model: { name: 'lenet5', unit: 3 },
        training: { ...input.training, epochs: '6', optimizer: { name: 'adam', learningRate: '1e-3' } },
        callbacks: { csvLoger: {} },
        surplus: 1,
      };
      expect(problems(() => resolveConfig(parts, wrong))).toEqual([
        'config.ts: surplus is not a setting. There are name, seed, data, model, training, callbacks, compression and what is in them: see print-config.',
        'config.ts: model.unit is not a setting. Did you mean model.units (whole number, now 500)?',
        'config.ts: training.epochs must be a whole number of at least 1, not "6".',
        'config.ts: training.optimizer.learningRate must be a number, not "1e-3".',
        'config.ts: callbacks.csvLoger is not a setting. Did you mean callbacks.csvLogger (true or false, now false)?',
      ]);
    });

    it.each([[undefined], [null], [3], ['text'], [[]]])('a config that is %j', (wrong) => {
      expect(problems(() => resolveConfig(parts, wrong)).length).toBeGreaterThan(0);
    });

    it('a config without what has no default', () => {
      expect(problems(() => resolveConfig(parts, {}))).toEqual([
        'config.ts: name is missing (text).',
        'config.ts: data.name is missing. Known: digits, idx.',
        'config.ts: model.name is missing. Known: lenet5, mlp.',
        'config.ts: training.epochs is missing (a whole number of at least 1).',
        'config.ts: training.loss.name is missing. Known: mse, huber.',
        'config.ts: training.optimizer.name is missing. Known: adam, sgd.',
      ]);
    });

    it('everything at once', () => {
      expect(problems(() => resolve('training.epoch=3', 'data.batchSize=0', 'model.name=x'))).toHaveLength(3);
    });
  });

  it.each(['__proto__.x', 'constructor.prototype.x', 'data.__proto__', 'model.constructor', 'callbacks.__proto__.x', 'toString', ''])(
    'refuses the key %j and changes no prototype',
    (key) => {
      expect(problems(() => resolveConfig(parts, input, [[key, '1']]))[0]).toMatch(/is not a setting\./);
      expect(({} as { x?: unknown }).x).toBeUndefined();
    },
  );

  it('refuses keys that JSON smuggles in', () => {
    const smuggled = JSON.parse('{ "__proto__": { "x": 1 }, "constructor": 1 }');
    expect(problems(() => resolveConfig(parts, { ...input, model: Object.assign(smuggled, { name: 'mlp' }) }))[0]).toMatch(
      /is not a setting/,
    );
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('answers hostile keys and values in short lines, fast', () => {
    const begin = process.cpuUsage(); // the time of this process: others may take the processor
    const long = 'a'.repeat(10_000);
    for (const word of [
      `${long}=1`,
      `training.epochs=${long}`,
      `model.name=${long}`,
      `${'a.'.repeat(5000)}=1`,
      'a.b.c=',
      '\u001b[2J=1',
      '☃.x=1',
    ]) {
      for (const line of problems(() => resolve(word))) {
        expect(line.length).toBeLessThan(400);
        expect(line).not.toContain('\u001b');
      }
    }
    expect(process.cpuUsage(begin).user / 1e3).toBeLessThan(2000);
  });
});
