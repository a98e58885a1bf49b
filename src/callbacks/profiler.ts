import { tensor, tidy } from '@tensorflow/tfjs-core';
import { type LayersModel, type SymbolicTensor, model as tfModel } from '@tensorflow/tfjs-layers';
import { formatPercent } from '../core/format.ts';
import { textTable } from '../core/text-table.ts';
import { defineCallback } from './callback.ts';

const phases = [
  'waiting for data',
  'forward and backward',
  'optimizer step, loss and metrics',
  'validation',
  'callbacks and saving',
] as const;
type Phase = (typeof phases)[number];

/**
 * Shows at the end where the time went: per phase of the training, and per layer in the forward pass of one batch.
 * Lightning's `profiler`. Without a run it shows nothing.
 */
export const profiler = defineCallback({
  name: 'profiler',
  watchesOnly: true,
  defaults: {},
  create(_options, run) {
    const milliseconds = new Map<Phase, number>(phases.map((phase) => [phase, 0]));
    let since = 0;
    let steps = 0;
    let layers: readonly LayerTime[] = [];
    /** Books the time since the last call. */
    const book = (phase: Phase) => {
      const now = performance.now();
      milliseconds.set(phase, (milliseconds.get(phase) ?? 0) + now - since);
      since = now;
    };
    return {
      name: 'profiler',
      onTrainBegin() {
        since = performance.now();
      },
      onEpochBegin: () => book('callbacks and saving'),
      onTrainBatchBegin: () => book('waiting for data'),
      onGradients(_context, gradients) {
        book('forward and backward');
        return gradients;
      },
      onTrainBatchEnd({ model, batch, features }) {
        book('optimizer step, loss and metrics');
        steps++;
        if (steps !== 3 || !batch) return; // by then everything is compiled and cached
        layers = timeLayers(model, batch.inputs, [batch.size, ...features.inputShape]);
        since = performance.now();
      },
      onTestBegin: () => book('callbacks and saving'),
      onEpochEnd: () => book('validation'),
      onTrainEnd() {
        book('callbacks and saving');
        run?.print(`\n${phaseTable(milliseconds, steps)}\n\n${layerTable(layers)}`);
      },
    };
  },
});

interface LayerTime {
  readonly name: string;
  readonly milliseconds: number;
}

/** The forward pass up to each layer, less that up to the one before; the fastest of three. */
function timeLayers(model: LayersModel, inputs: Float32Array, shape: number[]): LayerTime[] {
  const layers = model.layers.filter((layer) => layer.getClassName() !== 'InputLayer');
  return tidy(() => {
    const batch = tensor(inputs, shape);
    const upTo = layers.map((layer) => {
      const part = tfModel({ inputs: model.inputs, outputs: layer.getOutputAt(0) as SymbolicTensor });
      return Math.min(
        ...[0, 1, 2].map(() => timeOf(() => tidy(() => void [part.predict(batch, { batchSize: shape[0] })].flat()[0].dataSync()))),
      );
    });
    return layers.map(({ name }, i) => ({ name, milliseconds: Math.max(0, upTo[i] - (upTo[i - 1] ?? 0)) }));
  });
}

function timeOf(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function phaseTable(milliseconds: ReadonlyMap<Phase, number>, steps: number): string {
  const all = [...milliseconds.values()].reduce((sum, one) => sum + one, 0);
  const row = (name: string, time: number) => [
    name,
    `${(time / 1000).toFixed(2)} s`,
    formatPercent(time / all),
    `${(time / Math.max(1, steps)).toFixed(2)} ms`,
  ];
  const rows = [...milliseconds].map(([phase, time]) => row(phase, time));
  return textTable(
    [{ title: 'phase', align: 'left' }, { title: 'time' }, { title: 'share' }, { title: 'per step' }],
    [...rows, row('in all', all)],
  );
}

function layerTable(layers: readonly LayerTime[]): string {
  const all = layers.reduce((sum, layer) => sum + layer.milliseconds, 0);
  const rows = layers.map(({ name, milliseconds }) => [name, `${milliseconds.toFixed(2)} ms`, formatPercent(milliseconds / all)]);
  return textTable([{ title: 'layer, forward', align: 'left' }, { title: 'one batch' }, { title: 'share' }], rows);
}
