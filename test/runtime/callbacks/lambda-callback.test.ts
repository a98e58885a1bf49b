import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import { lambdaCallback } from '../../../src/callbacks/lambda-callback.ts';
import { trainTiny } from './training-runs.ts';

beforeAll(useBackend);

it('lambdaCallback makes a callback of functions, several under names of their own', async () => {
  const heard: string[] = [];
  const callbacks = [
    lambdaCallback({
      onTrainBegin: () => void heard.push('begin'),
      onEpochEnd: (_, epoch, logs) => void heard.push(`${epoch} ${Object.keys(logs)}`),
    }),
    lambdaCallback({ name: 'second', onTrainEnd: () => void heard.push('end') }),
  ];
  await trainTiny(callbacks, { epochs: 2 });
  expect(heard).toEqual(['begin', '0 loss,val_loss', '1 loss,val_loss', 'end']);
});
