import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import { type FineTuneOptions, fineTune } from '../../../src/compression/fine-tune.ts';
import { data, features, smallConvNet, training } from './small-nets.ts';

beforeAll(() => useBackend());

async function weightsAfter(options: FineTuneOptions, train = data.train): Promise<number[][]> {
  const model = smallConvNet();
  const result = await compressModel({ model, features }, fineTune(options), { ...training, data: { ...data, train } });
  const weights = result.model.getWeights().map((weight) => [...weight.dataSync()]);
  model.dispose();
  result.model.dispose();
  return weights;
}

describe('fineTune', () => {
  it('changes the pictures of its own epochs as a training that is told to does', async () => {
    const changed = await weightsAfter({ epochs: 2, augmentation: { mixup: 0.4 } });
    expect(changed).toEqual(await weightsAfter({ epochs: 2 }, data.train.augmented({ mixup: 0.4 })));
    expect(changed).not.toEqual(await weightsAfter({ epochs: 2 }));
  });

  it('refuses an augmentation that cannot be before it trains', async () => {
    await expect(weightsAfter({ epochs: 1, augmentation: { mixup: -1 } })).rejects.toThrow('data.augmentation.mixup is -1');
  });
});
