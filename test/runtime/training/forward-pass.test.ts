import { dispose, memory, mul, randomUniform, type Scalar, sum, type Tensor, tensor2d, tidy, variableGrads } from '@tensorflow/tfjs-core';
import { model as functionalModel, input } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import { layers, sequential, trainableVariables } from '../../../src/layers/index.ts';
import { ForwardPass } from '../../../src/training/forward-pass.ts';
import { tinyModel } from './tiny-training.ts';

const samples = () => tensor2d([0.5, -0.25, 1, 1, -1, 0.125], [3, 2]);

beforeAll(useBackend);

describe('ForwardPass', () => {
  it('predicts what tfjs predicts, and leaves only its result', () => {
    const model = tinyModel({ dropout: 0.5, batchNormalization: true });
    const inputs = samples();
    const before = memory().numTensors;
    const ours = new ForwardPass(model).predict(inputs);
    expect(memory().numTensors).toBe(before + 1);
    const theirs = model.predict(inputs) as Tensor;
    expect(Array.from(ours.dataSync())).toEqual(Array.from(theirs.dataSync()));
    dispose([ours, theirs, inputs]);
    model.dispose();
  });

  it('follows branches that read one value twice', () => {
    const entry = input({ shape: [2], name: 'entry' });
    const twice = layers.add({ name: 'twice' }).apply([entry, entry]);
    const again = layers.multiply({ name: 'product' }).apply([twice as never, twice as never]);
    const model = functionalModel({ inputs: entry, outputs: again as never });
    const result = tidy(() => Array.from(new ForwardPass(model).predict(samples()).dataSync()));
    expect(result).toEqual([1, 0.25, 4, 4, 4, 0.0625]);
  });

  it.each(['layer', 'activation'] as const)('stops before a final softmax that is a %s, and leaves the model as it was', (softmax) => {
    const model = tinyModel({ softmax });
    const forward = new ForwardPass(model);
    expect(forward.finalActivation).toBe('softmax');
    tidy(() => {
      const logits = Array.from(forward.predictLogits(samples()).dataSync());
      const probabilities = Array.from(forward.predict(samples()).dataSync());
      const [a, b] = logits;
      expect(probabilities[0]).toBeCloseTo(1 / (1 + Math.exp(b - a)), 6);
      expect(probabilities[0] + probabilities[1]).toBeCloseTo(1, 6);
    });
    expect(JSON.stringify(model.toJSON(undefined, false)).includes('softmax')).toBe(true);
    model.dispose();
  });

  it('knows no final activation in a linear model', () => {
    const model = sequential([layers.dense({ name: 'dense1', inputShape: [2], units: 1 })]);
    expect(new ForwardPass(model).finalActivation).toBeUndefined();
    model.dispose();
  });

  it('drops values only in training', () => {
    const model = sequential([layers.dropout({ name: 'dropout1', inputShape: [2], rate: 0.5 })]);
    const forward = new ForwardPass(model);
    tidy(() => {
      expect(Array.from(forward.predict(samples()).dataSync())).toEqual(Array.from(samples().dataSync()));
      const trained = Array.from(forward.train(samples(), false).dataSync());
      const before = Array.from(samples().dataSync());
      expect(trained.every((value, i) => value === 0 || value === before[i] * 2)).toBe(true);
    });
  });

  it.each(['behind', 'inside', 'none', 'elsewhere'] as const)(
    'trains convolution and pooling at once as one after the other, ReLU: %s',
    (relu) => {
      const model = sequential([
        layers.conv2d({
          name: 'conv1',
          inputShape: [9, 8, 2],
          filters: 5,
          kernelSize: 3,
          activation: relu === 'inside' ? 'relu' : 'linear',
        }),
        layers.maxPooling2d({ name: 'pool1', poolSize: 2 }),
        ...(relu === 'behind' ? [layers.reLU({ name: 'relu1' })] : []),
        layers.conv2d({ name: 'conv2', filters: 3, kernelSize: 2, padding: 'same', useBias: false }),
        layers.maxPooling2d({ name: 'pool2', poolSize: 2, strides: 1 }),
        ...(relu === 'elsewhere' ? [layers.reLU({ name: 'relu2' })] : []),
        layers.flatten({ name: 'flatten' }),
      ]);
      const forward = new ForwardPass(model);
      const variables = trainableVariables(model);
      tidy(() => {
        const inputs = randomUniform([3, 9, 8, 2], -1, 1);
        const gradientsOf = (run: () => Tensor) => variableGrads(() => sum(mul(run(), run())) as Scalar, [...variables]);
        const atOnce = gradientsOf(() => forward.train(inputs, false));
        const apart = gradientsOf(() => model.apply(inputs, { training: true }) as Tensor);
        expect(atOnce.value.dataSync()[0]).toBeCloseTo(apart.value.dataSync()[0], 4);
        expect(Object.keys(atOnce.grads)).toEqual(Object.keys(apart.grads));
        for (const name of Object.keys(apart.grads)) {
          const [ours, theirs] = [atOnce.grads[name].dataSync(), apart.grads[name].dataSync()];
          theirs.forEach((value, i) => {
            expect(ours[i]).toBeCloseTo(value, 3);
          });
        }
      });
      model.dispose();
    },
  );

  it('passes gradients on through a model inside a model that begins with a pooled convolution', () => {
    const inner = sequential([
      layers.conv2d({ name: 'conv2', inputShape: [6, 6, 2], filters: 3, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ name: 'pool2', poolSize: 2 }),
      layers.flatten({ name: 'flatten' }),
    ]);
    const first = layers.conv2d({ name: 'conv1', inputShape: [8, 8, 1], filters: 2, kernelSize: 3 });
    const model = sequential([first, inner]);
    const [variable] = trainableVariables(model);
    tidy(() => {
      const inputs = randomUniform([2, 8, 8, 1], -1, 1);
      const gradientOf = (run: () => Tensor) => variableGrads(() => sum(run()) as Scalar, [variable]).grads[variable.name].dataSync();
      const ours = gradientOf(() => new ForwardPass(model).train(inputs, false, true));
      const theirs = gradientOf(() => model.apply(inputs, { training: true }) as Tensor);
      expect(theirs.some((value) => value !== 0)).toBe(true);
      theirs.forEach((value, i) => {
        expect(ours[i]).toBeCloseTo(value, 4);
      });
    });
    model.dispose();
  });

  it('refuses a model with two outputs', () => {
    const entry = input({ shape: [2], name: 'entry' });
    const output = () => layers.dense({ name: `out${Math.random()}`, units: 1 }).apply(entry) as never;
    const model = functionalModel({ inputs: entry, outputs: [output(), output()] });
    expect(() => new ForwardPass(model)).toThrow('A model must have one input and one output');
    model.dispose();
  });
});
