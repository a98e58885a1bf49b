import { serialization } from '@tensorflow/tfjs-core';
import { Dropout } from './dropout.ts';

/** Makes tfjs read our layer classes from a saved topology. Call it before deserialising one; calling it again does no harm. */
export function registerLayers(): void {
  serialization.registerClass(Dropout);
}
