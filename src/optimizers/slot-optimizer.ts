import { dispose, keep, type NamedTensorMap, type Tensor, tensor, tidy, type Variable, zerosLike } from '@tensorflow/tfjs-core';
import { DlError } from '../core/errors.ts';
import type { Optimizer, OptimizerState } from './optimizer.ts';

/** What one optimizer does to one weight; the state around it is the same for all. */
export interface UpdateRule<Slot extends string> {
  readonly name: string;
  /** What is remembered per weight, as a tensor of its shape, zero before the first step. */
  readonly slots: readonly Slot[];
  /**
   * The next value of a weight and of its slots.
   * @param at this step's number, from 1, and rate
   */
  update(weight: Tensor, gradient: Tensor, slots: Slots<Slot>, at: StepContext): { weight: Tensor; slots: Slots<Slot> };
  /** The same to the bit in one pass over memory, changing weight and slots; false where it cannot, and then nothing was done. */
  updateInPlace?(weight: Variable, gradient: Tensor, slots: Slots<Slot>, at: StepContext): boolean;
}

/** The tensors remembered for one weight, all of its shape. */
export type Slots<Slot extends string> = Readonly<Record<Slot, Tensor>>;

export interface StepContext {
  readonly learningRate: number;
  readonly step: number;
}

/** Makes an optimizer of a rule: keeps its slots by weight name, counts its steps, saves and loads both. */
export class SlotOptimizer<Slot extends string> implements Optimizer {
  readonly name: string;
  learningRate: number;
  readonly #rule: UpdateRule<Slot>;
  readonly #slots = new Map<string, Slots<Slot>>();
  #step = 0;

  constructor(rule: UpdateRule<Slot>, learningRate: number) {
    this.name = rule.name;
    this.learningRate = learningRate;
    this.#rule = rule;
  }

  applyGradients(variables: readonly Variable[], gradients: NamedTensorMap): void {
    if (Object.keys(gradients).length === 0) return; // they are still being added up: this is no step
    const at = { learningRate: this.learningRate, step: ++this.#step };
    for (const variable of variables) {
      const gradient = gradients[variable.name];
      if (gradient) tidy(() => this.#update(variable, gradient, at));
    }
  }

  async stateDict(): Promise<OptimizerState> {
    const slots: Record<string, Float32Array> = {};
    for (const [weight, tensors] of this.#slots) {
      for (const slot of this.#rule.slots) slots[`${slot}/${weight}`] = (await tensors[slot].data<'float32'>()).slice();
    }
    return { step: this.#step, slots };
  }

  loadStateDict(state: OptimizerState, variables: readonly Variable[]): void {
    this.dispose();
    this.#step = state.step;
    for (const variable of variables) {
      if (this.#rule.slots.every((slot) => !(`${slot}/${variable.name}` in state.slots))) continue; // it never had a gradient
      this.#slots.set(
        variable.name,
        this.#each((slot) => keep(readSlot(`${slot}/${variable.name}`, state, variable))),
      );
    }
  }

  dispose(): void {
    for (const tensors of this.#slots.values()) dispose(tensors);
    this.#slots.clear();
  }

  #update(variable: Variable, gradient: Tensor, at: StepContext): void {
    const before = this.#slots.get(variable.name) ?? this.#each(() => keep(zerosLike(variable as Tensor)));
    this.#slots.set(variable.name, before);
    if (this.#rule.updateInPlace?.(variable, gradient, before, at)) return;
    const { weight, slots } = this.#rule.update(variable, gradient, before, at);
    variable.assign(weight);
    this.#slots.set(
      variable.name,
      this.#each((slot) => keep(slots[slot])),
    );
    dispose(before);
  }

  #each(tensorOf: (slot: Slot) => Tensor): Slots<Slot> {
    return Object.fromEntries(this.#rule.slots.map((slot) => [slot, tensorOf(slot)])) as Slots<Slot>;
  }
}

function readSlot(name: string, { slots }: OptimizerState, { size, shape }: Variable): Tensor {
  const values: Float32Array | undefined = slots[name];
  if (values?.length === size) return tensor(values.slice(), shape);
  throw new DlError(
    'file',
    `The saved optimizer state has ${values?.length ?? 'no'} values for ${name}; the weight has ${size}. ` +
      'It belongs to another model or optimizer: start the training anew.',
  );
}
