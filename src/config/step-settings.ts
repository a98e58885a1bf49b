/** The settings every optimizer has beside its own; they stand beside them in config.ts. */
export interface StepSettings {
  /** Share of each weight that is taken away per step, times the learning rate. @default 0, of `adamw` 0.004 */
  weightDecay: number;
  /** Patterns of weights that do not decay, see docs/optimizers.md. @default [] */
  excludeFromWeightDecay: readonly string[];
  /** Each weight's gradient is shortened to this length; 0 is off. @default 0 */
  clipNorm: number;
  /** All gradients together are shortened to this length, which keeps their direction; 0 is off. @default 0 */
  globalClipNorm: number;
  /** Each value of the gradients is kept within this of 0; 0 is off. @default 0 */
  clipValue: number;
  /** Factors of the learning rate by pattern, the first that fits counts: `{ 'conv*': 0.1 }`. @default {} */
  learningRateMultipliers: Readonly<Record<string, number>>;
}

/** What an optimizer does where nothing is said. */
export const defaultStepSettings: StepSettings = {
  weightDecay: 0,
  excludeFromWeightDecay: [],
  clipNorm: 0,
  globalClipNorm: 0,
  clipValue: 0,
  learningRateMultipliers: {},
};
