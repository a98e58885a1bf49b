// Registers tfjs' own gradients, which would replace ours if it came later.
import '@tensorflow/tfjs-layers';
import { engine, type GradConfig, getBackend, getGradient, registerGradient, type Tensor, unregisterGradient } from '@tensorflow/tfjs-core';
import { reluGradientName } from './activation.ts';

/** tfjs' gradient of a ReLU is two or three operations over the whole tensor; ours is one. Other backends keep tfjs'. */
export function registerReluGradients(): void {
  registerFor('Relu', 'relu');
  registerFor('Relu6', 'relu6');
}

function registerFor(kernelName: string, activation: 'relu' | 'relu6'): void {
  const tfjs = getGradient(kernelName);
  const ours: GradConfig = {
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => {
      if (getBackend() !== 'wasm' && tfjs) return tfjs.gradFunc(dy, saved, attributes);
      const inputs = { x: saved[0], dy: dy as Tensor };
      return { x: () => engine().runKernel(reluGradientName, inputs, { activation }) as Tensor };
    },
  };
  if (tfjs) unregisterGradient(kernelName);
  registerGradient(ours);
}
