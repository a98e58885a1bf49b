import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import { earlyStopping } from '../../../src/callbacks/early-stopping.ts';
import { Progress } from '../../../src/callbacks/progress.ts';
import { DataLoader } from '../../../src/data/data-loader.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { points, tinyModel } from '../training/tiny-training.ts';
import { scriptedLosses, temporaryRun, trainTiny } from './training-runs.ts';

beforeAll(useBackend);

describe('progress', () => {
  it('prints what is trained, a row per epoch and which epoch is kept', async () => {
    const { run, printed } = temporaryRun();
    const { epochs, options } = scriptedLosses([3, 1, 2, 4, 0]);
    const callbacks = [earlyStopping.create({ ...earlyStopping.defaults, patienceEpochs: 2 }, undefined), new Progress(run, undefined)];
    await trainTiny(callbacks, { ...options, epochs });
    expect(printed.join('\n').split('\n')).toEqual([
      '  data      points                      64 train, 32 validation',
      '  model     mlp                         42 weights, 32 multiply-adds per row',
      `  run       ${run.shown(run.folder)}`,
      '',
      '  epoch      loss   scripted   val_loss   val_scripted    rows/s',
      expect.stringMatching(/^ {4}1\/5 +0\.\d{3} +3\.000 +0\.\d{3} +3\.000 +[\d,]+ {3}best$/),
      expect.stringMatching(/^ {4}2\/5 +0\.\d{3} +1\.000 +0\.\d{3} +1\.000 +[\d,]+ {3}best$/),
      expect.stringMatching(/^ {4}3\/5 +0\.\d{3} +2\.000 +0\.\d{3} +2\.000 +[\d,]+$/),
      expect.stringMatching(/^ {4}4\/5 +0\.\d{3} +4\.000 +0\.\d{3} +4\.000 +[\d,]+$/),
      '',
      '  Stopped after epoch 4: val_scripted has not improved for 2 epochs. Epoch 2 is kept.',
    ]);
  });

  it('names the kept epoch and its value when all epochs were done', async () => {
    const { run, printed } = temporaryRun();
    const { epochs, options } = scriptedLosses([3, 1, 2]);
    await trainTiny([new Progress(run, undefined)], { ...options, epochs });
    expect(printed.at(-1)).toBe('\n  Epoch 2 is kept: val_scripted 1.000.');
  });

  it('redraws one line on a terminal, never longer than it, and takes it away before it prints', async () => {
    const { run } = temporaryRun();
    const screen: string[] = [];
    const visible = { ...run, print: (text: string) => void screen.push(`${text}\n`) };
    const columns = 40;
    const terminal = { columns, write: (text: string) => void screen.push(text) };
    const slow = { name: 'slow', onTrainBatchEnd: () => new Promise<void>((resolve) => setTimeout(resolve, 30)) };
    await trainTiny([slow, new Progress(visible, terminal)], { epochs: 2, metrics: ['accuracy'] });
    const drawn = screen.filter((text) => text.startsWith('\r\x1b[2K') && text.length > 5);
    expect(drawn[0].slice(5)).toMatch(/^ {2}1\/2 {3}[\d.]+ s left {3}step \d of 4/);
    const lines = screen.join('').replaceAll('\r\x1b[2K', '\n').split('\n');
    // A path cannot be cut.
    for (const line of lines.filter((text) => !text.includes('runs/'))) expect(line.length).toBeLessThanOrEqual(columns);
    screen.forEach((text, i) => {
      if (text.endsWith('\n') && i > 0) expect(screen[i - 1].endsWith('\n') || screen[i - 1] === '\r\x1b[2K').toBe(true);
    });
  });

  it('says once what could not be read and was left out', async () => {
    const { run, printed } = temporaryRun();
    const skipped = [{ index: 3, reason: 'dataset/cat/3.png is not a picture that can be read, such as PNG or JPEG: it is cut off.' }];
    const loader = (shuffleSeed?: number) => new DataLoader({ ...points(64), skipped }, { batchSize: 16, shuffleSeed });
    const model = tinyModel();
    const trainer = new Trainer(model, {
      epochs: 2,
      loss: 'sparseCategoricalCrossentropy',
      optimizer: 'adam',
      limitBatches: 2,
      callbacks: [new Progress(run, undefined)],
    });
    await trainer.fit(loader(0), loader());
    model.dispose();
    expect(printed.filter((text) => text.includes('left out'))).toEqual([
      `  1 of 64 samples could not be read and are left out, such as\n  ${skipped[0].reason}`,
    ]);
  });
});
