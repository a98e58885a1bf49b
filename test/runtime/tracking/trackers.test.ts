import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import { defineTracker } from '../../../src/callbacks/define-tracker.ts';
import { jsonLogger, type Position, type Tracker, type TrackingStart, tensorBoard } from '../../../src/tracking/index.ts';
import { temporaryRun, trainTiny } from '../callbacks/training-runs.ts';

beforeAll(useBackend);

/** A tracker that keeps what it is told. */
function listening(more: Partial<Tracker> = {}) {
  const heard: unknown[][] = [];
  const tracker: Tracker = {
    begin: (start: TrackingStart) => void heard.push(['begin', start.settings['training.optimizer.learningRate'], start.resumed]),
    logEpoch: (values, at) => void heard.push(['epoch', at, Object.keys(values)]),
    logStep: (_values, at) => void heard.push(['step', at]),
    logHistogram: (name, values, at) => void heard.push(['histogram', at.epoch, name, values.length]),
    end: ({ status }) => void heard.push(['end', status]),
    ...more,
  };
  return { heard, definition: defineTracker({ name: 'listening', defaults: {}, create: () => tracker }) };
}

describe('a tracker', () => {
  it('is told the settings, each epoch, what it wants besides, and the end', async () => {
    const { heard, definition } = listening({ wants: { everySteps: 3, histogramEveryEpochs: 2 } });
    await trainTiny([definition.create({}, temporaryRun().run)], { epochs: 2, metrics: ['accuracy'] });
    const at = (epoch: number, step: number): Position => ({ epoch, step });
    const keys = ['loss', 'accuracy', 'val_loss', 'val_accuracy', 'learningRate', 'samplesPerSecond'];
    expect(heard).toEqual([
      ['begin', 0.05, false],
      ['step', at(0, 3)],
      ['epoch', at(1, 4), keys],
      ['step', at(1, 6)],
      ['epoch', at(2, 8), keys],
      ['histogram', 2, 'dense1/kernel', 16],
      ['histogram', 2, 'dense1/bias', 8],
      ['histogram', 2, 'dense2/kernel', 16],
      ['histogram', 2, 'dense2/bias', 2],
      ['end', 'finished'],
    ]);
  });

  it('that fails ends no training, and is told of once', async () => {
    const { run, printed } = temporaryRun();
    const { definition } = listening({
      logEpoch: () => Promise.reject(new Error('no room')),
      end: () => {
        throw new Error('still none');
      },
    });
    const { trainer } = await trainTiny([definition.create({}, run)], { epochs: 3 });
    expect(trainer.history).toHaveLength(3);
    expect(printed).toEqual(['  listening could not track everything: no room']);
  });

  it('hears that a training failed', async () => {
    const { heard, definition } = listening();
    const failing = { name: 'failing', onEpochEnd: () => Promise.reject(new Error('disk')) };
    await expect(trainTiny([definition.create({}, temporaryRun().run), failing])).rejects.toThrow('disk');
    expect(heard.at(-1)).toEqual(['end', 'failed']);
  });
});

describe('jsonLogger', () => {
  const lines = (path: string) =>
    readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('writes settings, epochs, steps and the end, a JSON object per line', async () => {
    const { run } = temporaryRun();
    await trainTiny([defineTracker(jsonLogger).create({ file: 'log.jsonl', everySteps: 4 }, run)], { epochs: 2 });
    const log = lines(run.path('log.jsonl'));
    expect(log.map(({ event }) => event)).toEqual(['begin', 'step', 'epoch', 'step', 'epoch', 'end']);
    expect(log[0].config).toEqual(run.config);
    expect(log[2]).toMatchObject({ epoch: 1, step: 4, loss: expect.any(Number), learningRate: 0.05 });
  });

  it('goes on behind what was saved, so that no epoch is there twice', async () => {
    const { run } = temporaryRun();
    const definition = defineTracker(jsonLogger);
    const first = definition.create(definition.defaults, run);
    let saved: unknown;
    const save = {
      name: 'save',
      onEpochEnd(_: unknown, epoch: number) {
        if (epoch === 0) saved = first.stateDict?.();
      },
    };
    await trainTiny([first, save], { epochs: 2 });
    const second = definition.create(definition.defaults, run);
    second.loadStateDict?.(JSON.parse(JSON.stringify(saved)));
    await trainTiny([second], { epochs: 1 });
    expect(lines(run.path('log.jsonl')).map(({ event }) => event)).toEqual(['begin', 'epoch', 'begin', 'epoch', 'end']);
  });

  it('writes what JSON has no number for as a word', async () => {
    const { run } = temporaryRun();
    const tracker = jsonLogger.create(jsonLogger.defaults, run);
    await tracker.logEpoch?.({ loss: Number.NaN, other: Number.NEGATIVE_INFINITY }, { epoch: 1, step: 1 });
    expect(lines(run.path('log.jsonl'))).toEqual([{ event: 'epoch', epoch: 1, step: 1, loss: 'NaN', other: '-Infinity' }]);
  });
});

describe('tensorBoard', () => {
  it('says with which command it is looked at', async () => {
    const { run, printed } = temporaryRun();
    await trainTiny([defineTracker(tensorBoard).create(tensorBoard.defaults, run)], { epochs: 1 });
    expect(printed).toEqual([`  tracking  tensorboard --logdir ${run.shown(run.path('tensorboard'))}`]);
  });

  it('is told that the training was stopped, once, and has no rate for an epoch without steps', async () => {
    const { heard, definition } = listening({ addFile: (file) => void heard.push(['file', basename(file)]) });
    const { run, tell } = temporaryRun();
    const tracker = definition.create({}, run);
    const stop = { name: 'stop', onEpochEnd: () => tell('stopped') };
    await trainTiny([tracker, stop], { epochs: 1 });
    await tell('reported');
    const context = { params: {}, step: 4, optimizer: { learningRate: 0.05 }, monitor: { improved: false } } as never;
    await tracker.onEpochBegin?.(context, 1);
    await tracker.onEpochEnd?.(context, 1, { loss: 1 });
    expect(heard.slice(-3)).toEqual([
      ['end', 'stopped'],
      ['file', 'report.html'],
      ['epoch', { epoch: 2, step: 4 }, ['loss', 'learningRate']],
    ]);
  });
});
