import { expect, it } from 'vitest';
import * as reference from '../../../src/kernels/reference/index.ts';
import { describeEveryFlavour } from './every-flavour.ts';
import type { KernelWorkspace } from './kernel-workspace.ts';

let workspace: KernelWorkspace;
const use = (opened: KernelWorkspace) => {
  workspace = opened;
};

/** Once in vectors of four and once more in what is left. */
const edgeCases = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -1, 0.5, 6, 7, 5.5, -0.25, Number.NaN];

describeEveryFlavour('elementwise kernels', use, () => {
  it.each(['relu', 'relu6'] as const)('%s keeps NaN', (activation) => {
    const input = workspace.put(new Float32Array(edgeCases));
    const count = edgeCases.length;
    const result = workspace.result(count, (output) => workspace.kernels.activate({ count, input, output, activation }));
    const top = activation === 'relu' ? Number.POSITIVE_INFINITY : 6;
    expect([...result]).toEqual(edgeCases.map((value) => (Number.isNaN(value) ? value : Math.min(top, value > 0 ? value : 0))));
  });

  it.each(['relu', 'relu6'] as const)('lets the gradient of %s through where it is open', (activation) => {
    const [value, gradient] = [new Float32Array(edgeCases), workspace.values(edgeCases.length)];
    const places = { value: workspace.put(value), outputGradient: workspace.put(gradient) };
    const result = workspace.result(value.length, (inputGradient) =>
      workspace.kernels.reluGradient({ count: value.length, ...places, inputGradient, activation }),
    );
    expect(result).toEqual(reference.reluGradient(value, gradient, activation));
  });

  it('adds', () => {
    const [a, b] = [workspace.values(7), workspace.values(7)];
    const places = { a: workspace.put(a), b: workspace.put(b) };
    const sums = workspace.result(7, (output) => workspace.kernels.add({ count: 7, ...places, output }));
    expect(sums).toEqual(a.map((value, index) => value + b[index]));
  });
});
