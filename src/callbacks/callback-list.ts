import type { NamedTensorMap, Scalar } from '@tensorflow/tfjs-core';
import { DlError } from '../core/errors.ts';
import type { Callback, TrainedBatch, TrainingContext } from './callback.ts';

/** The hooks that run one callback after the other and may be asynchronous. */
type Hook =
  | ('onTrainBegin' | 'onTrainEnd' | 'onEpochBegin' | 'onEpochEnd')
  | ('onTrainBatchBegin' | 'onTrainBatchEnd' | 'onTestBegin' | 'onTestBatchEnd');
type HookArguments<H extends Hook> = Parameters<NonNullable<Callback[H]>> extends [TrainingContext, ...infer Rest] ? Rest : never;

/** Calls the hooks of several callbacks, in the order of the list. */
export class CallbackList {
  readonly #callbacks: readonly Callback[];
  readonly #context: TrainingContext;
  #failed: Callback | undefined;

  /** @throws DlError `config` for two callbacks of one name: their saved states could not be told apart */
  constructor(callbacks: readonly Callback[], context: TrainingContext) {
    const twice = callbacks.find((callback, i) => callbacks.findIndex((other) => other.name === callback.name) < i);
    if (twice) throw new DlError('config', `Two callbacks are named ${JSON.stringify(twice.name)}; give each its own name.`);
    this.#callbacks = callbacks;
    this.#context = context;
  }

  /** Waits for each hook before the next one starts. What a hook throws comes through. */
  async call<H extends Hook>(hook: H, ...rest: HookArguments<H>): Promise<void> {
    for (const callback of this.#callbacks) {
      const run = callback[hook] as ((context: TrainingContext, ...rest: HookArguments<H>) => void | Promise<void>) | undefined;
      if (!run) continue;
      try {
        await run.call(callback, this.#context, ...rest);
      } catch (error) {
        this.#failed = callback;
        throw error;
      }
    }
  }

  /** What every callback needs to go on, by its name; those without a state are left out. */
  async stateDicts(): Promise<Record<string, unknown>> {
    const states: Record<string, unknown> = {};
    for (const callback of this.#callbacks) {
      const state = await callback.stateDict?.();
      if (state !== undefined) states[callback.name] = state;
    }
    return states;
  }

  /** Gives the states back, before the training begins; a callback that was not there then gets none. */
  loadStateDicts(states: Readonly<Record<string, unknown>>): void {
    for (const callback of this.#callbacks) if (Object.hasOwn(states, callback.name)) callback.loadStateDict?.(states[callback.name]);
  }

  /** Whether any callback has this hook: what nobody hears need not be computed. */
  has(hook: Hook | 'onLoss'): boolean {
    return this.#callbacks.some((callback) => callback[hook] !== undefined);
  }

  /** Whether the epoch that ends may be the best one. */
  get areComparable(): boolean {
    return this.#callbacks.every((callback) => callback.isComparable?.() ?? true);
  }

  /** Hands the gradients through every callback that changes them. */
  gradients(gradients: NamedTensorMap): NamedTensorMap {
    return this.#through(gradients, (callback, current) => callback.onGradients?.(this.#context, current));
  }

  /** Hands the loss of a batch through every callback that changes it. */
  loss(batch: TrainedBatch): Scalar {
    return this.#through(batch.loss, (callback, loss) => callback.onLoss?.(this.#context, { ...batch, loss }));
  }

  #through<Value>(first: Value, change: (callback: Callback, current: Value) => Value | undefined): Value {
    return this.#callbacks.reduce((current, callback) => {
      try {
        return change(callback, current) ?? current;
      } catch (error) {
        this.#failed = callback;
        throw error;
      }
    }, first);
  }

  /** Tells every callback but the one that failed. What they throw now is dropped: the first error is the one to report. */
  async exception(error: unknown): Promise<void> {
    for (const callback of this.#callbacks) {
      if (callback === this.#failed) continue;
      try {
        await callback.onException?.(this.#context, error);
      } catch {
        // A second error would hide the cause.
      }
    }
  }
}
