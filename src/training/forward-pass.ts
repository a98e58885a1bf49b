import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';
import type { LayersAtOnce } from './layers-at-once.ts';
import { normalizationOf } from './normalization.ts';
import { pooledConvolutionOf } from './pooled-convolution.ts';

type Layer = LayersModel['layers'][number];
/** Activations whose inputs are worth having, because a loss is exact and fast on them. */
export type FinalActivation = 'softmax' | 'sigmoid';

interface Step {
  readonly layer: Layer;
  /** A model used as a layer. */
  readonly nested?: ForwardPass;
  readonly output: SymbolicTensor;
}

/** Steps that training takes at once. */
interface TrainingStep {
  readonly layers: LayersAtOnce;
  readonly input: SymbolicTensor;
  /** What the last of them gives; nobody reads what the others give. */
  readonly output: SymbolicTensor;
}

/**
 * Runs the layers of a model one after the other.
 * tfjs' own `model.apply` does not tell the layers that they are training (dropout and BatchNorm then do nothing),
 * and `model.predict` cannot stop before the final softmax.
 */
export class ForwardPass {
  /** What the model ends with, as a layer of its own or as the last layer's activation; undefined for others. */
  readonly finalActivation: FinalActivation | undefined;
  readonly #input: SymbolicTensor;
  readonly #output: SymbolicTensor;
  readonly #steps: readonly Step[];
  /** How many steps read each inner value. */
  readonly #readers = new Map<SymbolicTensor, number>();
  /** By the step that they begin with. */
  readonly #atOnce = new Map<Step, TrainingStep>();

  /** @throws DlError `shape` for a model with more than one input or output */
  constructor(model: LayersModel) {
    const { inputs, outputs } = model;
    if (inputs.length !== 1 || outputs.length !== 1) {
      const counts = `${inputs.length} and ${outputs.length}`;
      throw new DlError('shape', `A model must have one input and one output; ${model.name} has ${counts}.`);
    }
    this.#input = inputs[0];
    this.#output = outputs[0];
    this.#steps = orderSteps(inputs[0], outputs[0]);
    for (const { output } of this.#steps) {
      for (const read of output.inputs) this.#readers.set(read, (this.#readers.get(read) ?? 0) + 1);
    }
    this.#steps.forEach((step, index) => {
      const chain = this.#chainFrom(index);
      const behind = chain.map(({ layer }) => layer);
      const layers = pooledConvolutionOf(behind) ?? normalizationOf(behind);
      if (layers) this.#atOnce.set(step, { layers, input: step.output.inputs[0], output: chain[layers.length - 1].output });
    });
    this.finalActivation = finalActivationOf(outputs[0].sourceLayer);
  }

  /** The step and those behind it, as long as each is the only one that reads the one before; without the model's last. */
  #chainFrom(index: number): Step[] {
    const chain = [this.#steps[index]];
    for (const step of this.#steps.slice(index + 1)) {
      const { output } = chain[chain.length - 1];
      const reads = step.output.inputs.length === 1 && step.output.inputs[0] === output;
      if (!reads || step.nested || this.#readers.get(output) !== 1) break;
      chain.push(step);
    }
    return chain.filter(({ output }) => output !== this.#output);
  }

  /**
   * Without gradients; inner values are freed as soon as nobody needs them.
   * @param inputs `[batch, ...inputShape]`
   * @returns `[batch, outputs]`: probabilities or values
   */
  predict(inputs: Tensor): Tensor {
    return tidy(() => this.#run(inputs, { training: false, toLogits: false }));
  }

  /** As `predict`, but returns what goes into the final activation. */
  predictLogits(inputs: Tensor): Tensor {
    return tidy(() => this.#run(inputs, { training: false, toLogits: true }));
  }

  /**
   * With dropout and batch statistics, keeping what the gradients need. Must run inside a tidy.
   * @param toLogits whether to stop before the final activation
   * @param areData whether the inputs were given rather than learnt: their gradient is then nobody's business, and may be missing @default false
   */
  train(inputs: Tensor, toLogits: boolean, areData = false): Tensor {
    return this.#run(inputs, { training: true, toLogits, areData });
  }

  #run(inputs: Tensor, { training, toLogits, areData = false }: { training: boolean; toLogits: boolean; areData?: boolean }): Tensor {
    const values = new Map<SymbolicTensor, Tensor>([[this.#input, inputs]]);
    const readersLeft = new Map(this.#readers);
    for (let index = 0; index < this.#steps.length; index++) {
      const step = this.#steps[index];
      const doneAtOnce = training ? this.#trainAtOnce(step, values, areData) : 0;
      if (doneAtOnce > 0) {
        index += doneAtOnce - 1;
        continue;
      }
      const { inputs: read } = step.output;
      const sources = read.map((input) => values.get(input) as Tensor);
      const beforeActivation = toLogits && step.output === this.#output;
      values.set(step.output, beforeActivation ? runToLogits(step, sources, training) : runStep(step, sources, training));
      if (training) continue;
      for (const input of read) {
        const left = (readersLeft.get(input) as number) - 1;
        readersLeft.set(input, left);
        if (left === 0 && input !== this.#input) values.get(input)?.dispose();
      }
    }
    return values.get(this.#output) as Tensor;
  }

  /** How many steps were done in one. */
  #trainAtOnce(step: Step, values: Map<SymbolicTensor, Tensor>, areData: boolean): number {
    const atOnce = this.#atOnce.get(step);
    const result = atOnce?.layers.run(values.get(atOnce.input) as Tensor, areData && atOnce.input === this.#input);
    if (!atOnce || !result) return 0;
    values.set(atOnce.output, result);
    return atOnce.layers.length;
  }
}

/** The steps from the input to the output, each after those that it reads. */
function orderSteps(input: SymbolicTensor, output: SymbolicTensor): Step[] {
  const steps: Step[] = [];
  const seen = new Set([input]);
  const visit = (value: SymbolicTensor) => {
    if (seen.has(value)) return;
    seen.add(value);
    value.inputs.forEach(visit);
    const layer = value.sourceLayer;
    steps.push({ layer, output: value, ...(layer instanceof LayersModel && { nested: new ForwardPass(layer) }) });
  };
  visit(output);
  return steps;
}

function runStep({ layer, nested, output }: Step, sources: Tensor[], training: boolean): Tensor {
  if (nested) return training ? nested.train(sources[0], false) : nested.predict(sources[0]);
  // Frozen, it uses its moving averages, and leaves them as they are: as in Keras, not as in tfjs.
  const isFrozen = layer.getClassName() === 'BatchNormalization' && !layer.trainable;
  const result = layer.apply(sources.length === 1 ? sources[0] : sources, { ...output.callArgs, training: training && !isFrozen });
  return (Array.isArray(result) ? result[output.outputTensorIndex ?? 0] : result) as Tensor;
}

/** A layer's activation function; `protected` in tfjs' declarations. */
interface Activation {
  apply(values: Tensor): Tensor;
  getClassName(): string;
}
const linear: Activation = { apply: (values) => values, getClassName: () => 'linear' };

function runToLogits(step: Step, sources: Tensor[], training: boolean): Tensor {
  if (isOnlyActivation(step.layer)) return sources[0].clone();
  // The layer computes with the same weights; it only must not know of its activation meanwhile.
  const layer = step.layer as unknown as { activation: Activation };
  const { activation } = layer;
  layer.activation = linear;
  try {
    return runStep(step, sources, training);
  } finally {
    layer.activation = activation;
  }
}

function isOnlyActivation(layer: Layer): boolean {
  return ['Softmax', 'Activation'].includes(layer.getClassName());
}

function finalActivationOf(layer: Layer): FinalActivation | undefined {
  if (layer.getClassName() === 'Softmax') return 'softmax';
  const name = (layer as unknown as { activation?: Activation | null }).activation?.getClassName();
  return name === 'softmax' || name === 'sigmoid' ? name : undefined;
}
