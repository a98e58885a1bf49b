import { execFileSync } from 'node:child_process';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import { defineTracker } from '../../../src/callbacks/define-tracker.ts';
import { tensorBoard } from '../../../src/tracking/index.ts';
import { describeWith, python, pythonCommand } from '../../support/requirements.ts';
import { temporaryRun, trainTiny } from '../callbacks/training-runs.ts';

/** Reads a folder as TensorBoard does and prints what it found as JSON. */
const reader = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2
found = EventAccumulator(sys.argv[1], size_guidance={'tensors': 0, 'scalars': 0, 'images': 0, 'histograms': 0, 'compressedHistograms': 0})
found.Reload()
tags = found.Tags()
result = {'scalars': {tag: [[e.step, e.value] for e in found.Scalars(tag)] for tag in tags['scalars']}}
result['histograms'] = {tag: [[e.step, e.histogram_value.num, e.histogram_value.min, e.histogram_value.max, sum(e.histogram_value.bucket)] for e in found.Histograms(tag)] for tag in tags['histograms']}
result['images'] = {tag: [[e.step, e.width, e.height, e.encoded_image_string[:4].hex()] for e in found.Images(tag)] for tag in tags['images']}
result['texts'] = {tag: found.Tensors(tag)[0].tensor_proto.string_val[0].decode() for tag in tags['tensors'] if found.SummaryMetadata(tag).plugin_data.plugin_name == 'text'}
if '_hparams_/session_start_info' in found._plugin_to_tag_to_content.get('hparams', {}):
    content = plugin_data_pb2.HParamsPluginData.FromString(found._plugin_to_tag_to_content['hparams']['_hparams_/session_start_info'])
    result['settings'] = {key: value.number_value or value.string_value for key, value in content.session_start_info.hparams.items()}
print(json.dumps(result).replace('NaN', '"NaN"'))
`;

beforeAll(useBackend);

describeWith(python('tensorboard'), 'TensorBoard itself', () => {
  const read = (folder: string) =>
    JSON.parse(execFileSync(pythonCommand, ['-c', reader, folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));

  it('reads curves, histograms, settings and text of a training', async () => {
    const { run } = temporaryRun();
    const options = { ...tensorBoard.defaults, everySteps: 2 };
    const { trainer } = await trainTiny([defineTracker(tensorBoard).create(options, run)], { epochs: 3, metrics: ['accuracy'] });
    const train = read(run.path('tensorboard/train'));
    const near = (values: readonly number[]) => values.map((value, i) => [i + 1, expect.closeTo(value, 5)]);
    expect(train.scalars.epoch_loss).toEqual(near(trainer.history.map(({ loss }) => loss)));
    expect(train.scalars.epoch_learningRate).toEqual(near([0.05, 0.05, 0.05]));
    expect(train.scalars.batch_loss.map(([step]: number[]) => step)).toEqual([2, 4, 6, 8, 10, 12]);
    expect(Object.keys(train.histograms)).toEqual(['dense1/kernel', 'dense1/bias', 'dense2/kernel', 'dense2/bias']);
    for (const [step, count, low, high, counted] of train.histograms['dense1/kernel']) {
      expect([count, counted]).toEqual([16, 16]);
      expect(low).toBeLessThan(high);
      expect(step).toBeGreaterThan(0);
    }
    expect(train.settings).toMatchObject({ 'training.optimizer.learningRate': 0.05, 'model.name': 'mlp' });
    expect(train.texts.config).toContain('"name": "points"');
    const validation = read(run.path('tensorboard/validation'));
    expect(validation.scalars.epoch_accuracy).toEqual(near(trainer.history.map(({ val_accuracy }) => val_accuracy)));
  });

  it('reads NaN, images with their captions, and a file that was gone on with', async () => {
    const { run } = temporaryRun();
    const first = tensorBoard.create(tensorBoard.defaults, run);
    const pixels = Uint8Array.from({ length: 24 }, (_, i) => i * 10);
    await first.logEpoch?.({ loss: Number.NaN, val_loss: 2 }, { epoch: 1, step: 4 });
    await first.logImage?.('most_wrong/1', { kind: 'image', shape: [2, 4, 3], pixels }, '4 read as 9', { epoch: 1, step: 4 });
    const state = JSON.parse(JSON.stringify(first.stateDict?.()));
    await first.logEpoch?.({ loss: 7, val_loss: 7 }, { epoch: 2, step: 8 });
    const second = tensorBoard.create(tensorBoard.defaults, run);
    second.loadStateDict?.(state);
    await second.logEpoch?.({ loss: 1, val_loss: 1 }, { epoch: 2, step: 8 });
    expect(read(run.path('tensorboard/train')).scalars.epoch_loss).toEqual([
      [1, 'NaN'],
      [2, 1],
    ]);
    const validation = read(run.path('tensorboard/validation'));
    expect(validation.scalars.epoch_loss).toEqual([
      [1, 2],
      [2, 1],
    ]);
    expect(validation.images['most_wrong/1']).toEqual([[1, 4, 2, '89504e47']]);
    expect(validation.texts['most_wrong/1/caption']).toBe('4 read as 9');
  });
});
