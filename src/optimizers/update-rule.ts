import type { Tensor, Variable } from '@tensorflow/tfjs-core';

/** What one optimizer does to one weight; the state around it is the same for all. */
export interface UpdateRule<Slot extends string> {
  /** What is remembered per weight, as a tensor of its shape. */
  readonly slots: readonly Slot[];
  /** What the slots hold before the first step. @default 0 */
  readonly initialValue?: number;
  /**
   * The next value of a weight and of its slots.
   * @param weight after its decay  @param at this step's number, from 1, and rate
   */
  update(weight: Tensor, gradient: Tensor, slots: Slots<Slot>, at: StepContext): { weight: Tensor; slots: Slots<Slot> };
  /**
   * Decay and step to the same bits in one pass over memory, changing weight and slots; false where it cannot, and then nothing was done.
   * @param weight before its decay
   */
  updateInPlace?(weight: Variable, gradient: Tensor, slots: Slots<Slot>, at: StepContext): boolean;
}

/** The tensors remembered for one weight, all of its shape. */
export type Slots<Slot extends string> = Readonly<Record<Slot, Tensor>>;

export interface StepContext {
  readonly learningRate: number;
  /** Steps so far, this one included. */
  readonly step: number;
  /** What the weight is multiplied by before the step; 1 is no decay. */
  readonly decay: number;
}
