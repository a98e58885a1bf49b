import {
  getKernel,
  type KernelConfig,
  type KernelFunc,
  registerKernel,
  Step,
  type Tensor,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core';

/** What tfjs-node's backend offers to its own kernels. */
interface NativeBackend {
  executeSingleOutput(operation: string, attributes: readonly object[], inputs: readonly TensorInfo[]): Tensor;
  readonly binding: { readonly TF_ATTR_TYPE: number; readonly TF_FLOAT: number };
}

/**
 * Replaces tfjs-node's slow kernels. So far `Step`, which is most of ReLU's gradient: seven operations become two.
 * Call once, after tfjs-node was loaded.
 */
export function registerNativeKernels(): void {
  const stock = (getKernel(Step, 'tensorflow') as KernelConfig).kernelFunc;
  unregisterKernel(Step, 'tensorflow');
  registerKernel({ kernelName: Step, backendName: 'tensorflow', kernelFunc: step(stock) });
}

/** sign(relu(x)): 1 above zero, else 0, NaN for NaN. */
function step(stock: KernelFunc): KernelFunc {
  return (call) => {
    const x = call.inputs?.x as TensorInfo;
    if (x.dtype !== 'float32' || call.attrs?.alpha !== 0) return stock(call);
    const backend = call.backend as NativeBackend;
    const { TF_ATTR_TYPE, TF_FLOAT } = backend.binding;
    const attributes = [{ name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT }];
    const positive = backend.executeSingleOutput('Relu', attributes, [x]);
    const result = backend.executeSingleOutput('Sign', attributes, [positive]);
    positive.dispose();
    return result;
  };
}
