import { dispose, fill, keep, mul, type NamedTensorMap, type Tensor, tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { defaultStepSettings, type StepSettings } from '../config/step-settings.ts';
import { DlError } from '../core/errors.ts';
import { gradientClipping } from './clip-gradients.ts';
import type { Optimizer, OptimizerState } from './optimizer.ts';
import type { Slots, StepContext, UpdateRule } from './update-rule.ts';
import { type WeightSettings, weightSettings } from './weight-settings.ts';

/**
 * Makes an optimizer of a rule: clips gradients, lets weights decay, keeps the rule's slots by weight name, counts its steps, saves and
 * loads both.
 */
export class SlotOptimizer<Slot extends string> implements Optimizer {
  readonly name: string;
  learningRate: number;
  readonly #rule: UpdateRule<Slot>;
  readonly #settings: StepSettings;
  readonly #clip: ReturnType<typeof gradientClipping>;
  readonly #slots = new Map<string, Slots<Slot>>();
  #weights = new Map<string, WeightSettings>();
  #step = 0;

  /** @throws DlError `config` for two ways of clipping */
  constructor(name: string, rule: UpdateRule<Slot>, { learningRate, ...settings }: { learningRate: number } & Partial<StepSettings>) {
    this.name = name;
    this.learningRate = learningRate;
    this.#rule = rule;
    this.#settings = { ...defaultStepSettings, ...settings };
    this.#clip = gradientClipping(this.#settings);
  }

  applyGradients(variables: readonly Variable[], gradients: NamedTensorMap): void {
    if (Object.keys(gradients).length === 0) return; // they are still being added up: this is no step
    if (variables.some(({ name }) => !this.#weights.has(name))) this.#weights = weightSettings(variables, this.#settings);
    this.#step++;
    tidy(() => {
      const clipped = this.#clip ? this.#clip(gradients) : gradients;
      for (const variable of variables) {
        const gradient = clipped[variable.name];
        if (gradient) tidy(() => this.#update(variable, gradient, this.#contextOf(variable)));
      }
    });
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

  #contextOf({ name }: Variable): StepContext {
    const { rateMultiplier, decays } = this.#weights.get(name) as WeightSettings;
    const learningRate = this.learningRate * rateMultiplier;
    return { learningRate, step: this.#step, decay: decays ? 1 - learningRate * this.#settings.weightDecay : 1 };
  }

  #update(variable: Variable, gradient: Tensor, at: StepContext): void {
    const before = this.#slots.get(variable.name) ?? this.#each(() => keep(fill(variable.shape, this.#rule.initialValue ?? 0)));
    this.#slots.set(variable.name, before);
    if (this.#rule.updateInPlace?.(variable, gradient, before, at)) return;
    const { weight, slots } = this.#rule.update(at.decay === 1 ? variable : mul(variable, at.decay), gradient, before, at);
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
