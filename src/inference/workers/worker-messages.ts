import type { KernelChoices } from '../choose-kernel.ts';

/** To a worker: the model, once; then inputs. */
export type WorkerRequest =
  | { readonly bytes: Uint8Array; readonly choices: KernelChoices }
  | { readonly id: number; readonly inputs: Float32Array };

/** From a worker. */
export type WorkerAnswer =
  | { readonly ready: true }
  | { readonly failed: string }
  | { readonly id: number; readonly outputs: Float32Array }
  | { readonly id: number; readonly error: string };
