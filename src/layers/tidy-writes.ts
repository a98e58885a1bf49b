import { tidy } from '@tensorflow/tfjs-core';
import { LayerVariable } from '@tensorflow/tfjs-layers';

let isTidy = false;

/** Makes tfjs free the tensor that a constraint makes whenever a weight is set; by itself it keeps one for each. Calling it again does no harm. */
export function tidyWrites(): void {
  if (isTidy) return;
  isTidy = true;
  const { write } = LayerVariable.prototype;
  LayerVariable.prototype.write = function (value) {
    tidy(() => void write.call(this, value));
    return this;
  };
}
