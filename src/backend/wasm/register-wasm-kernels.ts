import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend, getBackend, getKernel, type KernelFunc, registerKernel, type TensorInfo, unregisterKernel } from '@tensorflow/tfjs-core';
import { DlError } from '../../core/errors.ts';
import { type KernelFlavour, type KernelHeap, type Kernels, loadKernels } from '../../kernels/index.ts';
import { activationKernels } from './activation.ts';
import { batchNormalizationKernels } from './batch-normalization.ts';
import { convolutionKernels } from './convolution.ts';
import { registerReluGradients } from './gradients.ts';
import { identityKernels } from './identity.ts';
import type { KernelOverride } from './kernel-call.ts';
import { matrixProductKernels } from './matrix-product.ts';
import { pooledConvolutionKernels } from './pooled-convolution.ts';
import { poolingKernels } from './pooling.ts';
import { rowKernels } from './row-operations.ts';
import { tfjsHeap } from './tfjs-heap.ts';

/** What the wasm backend computes with. */
export interface WasmKernelsInfo {
  /** `none`: tfjs' own kernels, which do not train a convolution. */
  readonly flavour: KernelFlavour | 'none';
  /** Why none. */
  readonly reason?: string;
}

export interface RegisterWasmKernelsOptions {
  /** Loads kernels over tfjs' memory. @default those in WebAssembly */
  readonly load?: (heap: KernelHeap) => Promise<Kernels>;
}

let current: { readonly owner: BackendWasm; readonly kernels: Kernels; readonly info: WasmKernelsInfo } | undefined;
let registered = false;

/**
 * Gives tfjs' wasm backend our kernels: the gradients that it lacks, and faster convolutions, poolings and products. They compute in tfjs'
 * own memory. Call it once after `setBackend('wasm')` and `ready()`; a second call does nothing, but after a new start of the backend.
 */
export async function registerWasmKernels(options: RegisterWasmKernelsOptions = {}): Promise<WasmKernelsInfo> {
  if (getBackend() !== 'wasm') return { flavour: 'none', reason: `the backend is ${getBackend()}` };
  const owner = backend() as BackendWasm;
  if (current?.owner === owner) return current.info;
  const heap = tfjsHeap(owner);
  if (!heap) return { flavour: 'none', reason: 'tfjs does not give access to its WebAssembly memory' };
  try {
    const kernels = await (options.load ?? ((memory) => loadKernels({ heap: memory })))(heap);
    current = { owner, kernels, info: { flavour: kernels.flavour } };
  } catch (error) {
    return { flavour: 'none', reason: error instanceof Error ? error.message : String(error) };
  }
  if (!registered) registerAll();
  registered = true;
  return current.info;
}

/** Our kernels in the memory of the wasm backend in use, or undefined: another backend, or not registered. */
export function currentKernels(): { readonly kernels: Kernels; readonly backend: BackendWasm } | undefined {
  return current && getBackend() === 'wasm' && backend() === current.owner
    ? { kernels: current.kernels, backend: current.owner }
    : undefined;
}

function registerAll(): void {
  const overrides = [
    ...convolutionKernels,
    ...poolingKernels,
    ...batchNormalizationKernels,
    ...pooledConvolutionKernels,
    ...matrixProductKernels,
    ...activationKernels,
    ...rowKernels,
    ...identityKernels,
  ];
  for (const override of overrides) register(override as unknown as KernelOverride);
  registerReluGradients();
}

function register(override: KernelOverride): void {
  const { kernelName } = override;
  const tfjs = getKernel(kernelName, 'wasm');
  const kernelFunc: KernelFunc = (call) => {
    const owner = call.backend as BackendWasm;
    if (owner === current?.owner) {
      const { kernels } = current;
      const ours = override.run({ inputs: call.inputs as Record<string, TensorInfo>, attributes: call.attrs, kernels, backend: owner });
      if (ours) return ours;
    }
    if (tfjs) return tfjs.kernelFunc(call);
    throw new DlError(
      'shape',
      `${kernelName} on the wasm backend takes float32 tensors [batch, height, width, channels] without dilation. Use those, or DL_BACKEND=cpu.`,
    );
  };
  if (tfjs) unregisterKernel(kernelName, 'wasm');
  registerKernel({ ...tfjs, kernelName, backendName: 'wasm', kernelFunc });
}
