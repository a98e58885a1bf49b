import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DlError } from '../../../src/core/errors.ts';
import { otherSwitches, parseCommandLine } from '../../../src/runs/command-line.ts';

describe('parseCommandLine', () => {
  it('reads settings and switches in any order', () => {
    expect(parseCommandLine(['training.epochs=3', 'fast-dev-run', 'model.name=mlp', 'quiet'])).toEqual({
      pairs: [
        ['training.epochs', '3'],
        ['model.name', 'mlp'],
      ],
      switches: { fastDevRun: true, overfitBatches: 0 },
      resume: undefined,
      printConfig: false,
      quiet: true,
      help: false,
    });
  });

  it.each([[['--training.epochs=3']], [['--training.epochs', '3']], [['--', 'training.epochs=3']], [['training.epochs=3']]])(
    'reads %j alike',
    (words) => {
      expect(parseCommandLine(words).pairs).toEqual([['training.epochs', '3']]);
    },
  );

  it('reads --fast-dev-run without taking the next word for its value', () => {
    const line = parseCommandLine(['--fast-dev-run', '--help', 'a=1']);
    expect(line).toMatchObject({ switches: { fastDevRun: true }, help: true, pairs: [['a', '1']] });
  });

  it('reads a setting that is true or false without a value, where the script has such a one', () => {
    for (const words of [
      ['fresh', 'a=1'],
      ['--fresh', 'a=1'],
    ]) {
      expect(parseCommandLine(words, otherSwitches, ['fresh']).pairs).toEqual([
        ['fresh', 'true'],
        ['a', '1'],
      ]);
    }
    expect(parseCommandLine(['fresh=false'], otherSwitches, ['fresh']).pairs).toEqual([['fresh', 'false']]);
    expect(() => parseCommandLine(['fesh'], otherSwitches, ['fresh'])).toThrow('Did you mean fresh?');
  });

  it('splits at the first "=" only', () => {
    expect(parseCommandLine(['a=b=c', 'd=']).pairs).toEqual([
      ['a', 'b=c'],
      ['d', ''],
    ]);
  });

  it('reads what is to go on: the newest, or one by name', () => {
    expect(parseCommandLine(['quiet']).resume).toBeUndefined();
    expect(parseCommandLine(['resume']).resume).toBe('');
    expect(parseCommandLine(['resume=k3f7']).resume).toBe('k3f7');
  });

  it('takes words that stand for a setting, and limits', () => {
    expect(parseCommandLine(['max-time=1h', 'profile', '--detect-anomaly', 'limit-batches=3', 'val-check-interval=5'])).toMatchObject({
      pairs: [
        ['callbacks.timer.maxTime', '1h'],
        ['callbacks.profiler', 'true'],
        ['callbacks.terminateOnNaN.detectAnomaly', 'true'],
      ],
      switches: { limitBatches: 3, valCheckInterval: 5 },
    });
  });

  it('reads how many batches to overfit', () => {
    const batches = (word: string) => parseCommandLine([word]).switches.overfitBatches;
    expect(batches('overfit-batches')).toBe(1);
    expect(batches('overfit-batches=3')).toBe(3);
    expect(batches('overfit-batches=false')).toBe(0);
  });

  it.each([
    [
      'fast-dev-rum',
      'fast-dev-rum is neither key=value nor a switch. Did you mean fast-dev-run? Switches: fast-dev-run, overfit-batches, limit-batches, val-check-interval, max-time, detect-anomaly, profile, find-learning-rate, find-batch-size, resume, print-config, quiet, help.',
    ],
    [
      '5',
      '5 is neither key=value nor a switch. Switches: fast-dev-run, overfit-batches, limit-batches, val-check-interval, max-time, detect-anomaly, profile, find-learning-rate, find-batch-size, resume, print-config, quiet, help.',
    ],
    ['limit-batches', 'limit-batches must be a whole number of batches, not true. Type: limit-batches=20'],
    ['val-check-interval=x', 'val-check-interval must be a whole number of steps, not x. Type: val-check-interval=20'],
    ['resume limit-batches=3', 'resume and limit-batches exclude each other: leave one out.'],
    ['training.epochs', 'training.epochs needs a value: training.epochs=...'],
    ['--training.epochs', 'training.epochs needs a value: training.epochs=...'],
    ['=x', '"=x" has no name before its "=". Settings are written key=value.'],
    ['--=x', '"=x" has no name before its "=". Settings are written key=value.'],
    ['overfit-batches=some', 'overfit-batches must be a whole number of batches, not some. Type: overfit-batches=1'],
    ['overfit-batches=-1', 'overfit-batches must be a whole number of batches, not -1. Type: overfit-batches=1'],
    ['overfit-batches=', 'overfit-batches must be a whole number of batches, not "". Type: overfit-batches=1'],
    ['quiet=very', 'quiet is a switch: write it alone, not with very.'],
    ['fast-dev-run overfit-batches', 'fast-dev-run and overfit-batches exclude each other: leave one out.'],
  ])('refuses %s', (words, message) => {
    expect(() => parseCommandLine(words.split(' '))).toThrow(new DlError('usage', message));
  });

  it('refuses what only a training can obey, where nothing is trained', () => {
    expect(() => parseCommandLine(['fast-dev-run'], otherSwitches)).toThrow(
      'fast-dev-run changes a training only. Type: npm run train fast-dev-run',
    );
    expect(parseCommandLine(['quiet'], otherSwitches).quiet).toBe(true);
  });

  it('never throws anything but a DlError, and never loses a pair', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom('--', '-', '=', '--a', 'a=', '__proto__.x=1', '☃=1'))),
        (words) => {
          try {
            const { pairs } = parseCommandLine(words);
            for (const [key] of pairs) expect(key).not.toBe('');
          } catch (error) {
            expect(error).toBeInstanceOf(DlError);
            expect((error as DlError).message.length).toBeLessThan(250);
          }
        },
      ),
    );
  });
});
