import { AsyncLocalStorage } from 'node:async_hooks';
import { layers as tfLayers } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';

/** Numbers that the layers which are being built may still have. */
const room = new AsyncLocalStorage<{ left: number }>();
let isLimiting = false;

/**
 * Builds layers from a description that may be hostile: they may not ask for more numbers than their file holds, or tfjs would make room for
 * a dense layer of a billion units before it notices that the file has no such weight.
 *
 * @param numbers that the file holds
 * @throws DlError `file` as soon as a layer wants more
 */
export function withLimitedWeights<T>(numbers: number, build: () => Promise<T>): Promise<T> {
  limitOnce();
  return room.run({ left: numbers }, build);
}

function limitOnce(): void {
  if (isLimiting) return;
  isLimiting = true;
  const { prototype } = tfLayers.Layer as unknown as {
    prototype: { addWeight(name: string, shape: number[], ...rest: unknown[]): unknown };
  };
  const { addWeight } = prototype;
  prototype.addWeight = function (name, shape, ...rest) {
    const limit = room.getStore();
    if (limit) {
      limit.left -= shape.reduce((product, length) => product * length, 1);
      if (!(limit.left >= 0)) throw new DlError('file', `its layers want more weights than it holds, for example ${name} [${shape}]`);
    }
    return addWeight.call(this, name, shape, ...rest);
  };
}
