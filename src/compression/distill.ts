import {
  add,
  customGrad,
  exp,
  log,
  logSoftmax,
  maximum,
  mean,
  mul,
  neg,
  type Scalar,
  softplus,
  squaredDifference,
  sub,
  sum,
  type Tensor,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { showValue } from '../config/show-value.ts';
import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import { type FinalActivation, ForwardPass } from '../training/forward-pass.ts';
import type { Technique } from './technique.ts';

export interface DistillOptions {
  /** Divides the logits of teacher and student: the higher, the more the small differences between wrong answers count. Above 0. @default 4 */
  temperature?: number;
  /** Share of the teacher in what is minimised, from 0 to 1; the rest is the training's own loss. @default 0.5 */
  weight?: number;
}

interface Teacher {
  readonly pass: ForwardPass;
  /** What its outputs are: classes (`softmax`), independent yes or no (`sigmoid`), or numbers (undefined). */
  readonly ending: FinalActivation | undefined;
}

/**
 * Lets the uncompressed model teach the compressed one: the steps behind it that train learn from its probabilities too, not from the
 * labels alone (Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015). Numbers are learnt from its numbers.
 * The loss is (1 - weight) * loss + weight * temperature^2 * cross-entropy(teacher, student), both softened by the temperature.
 */
export function distill(options: DistillOptions = {}): Technique<Teacher> {
  requireKnownOptions('distill', options, { temperature: true, weight: true });
  const { temperature = 4, weight = 0.5 } = options;
  return {
    name: 'distill',
    label: 'distill',
    options,
    needs: 'training',
    check({ original }, { steps, index }) {
      if (!(Number.isFinite(temperature) && temperature > 0)) {
        throw new DlError('config', `distill temperature is ${showValue(temperature)}; it must be a number above 0.`);
      }
      if (!(weight >= 0 && weight <= 1)) throw new DlError('config', `distill weight is ${showValue(weight)}; it must be from 0 to 1.`);
      if (!original) {
        throw new DlError(
          'refused',
          'distill has no teacher during training: it needs a trained model. Leave it to compress, after the training.',
        );
      }
      if (!steps.slice(index + 1).some(({ train }) => train)) {
        throw new DlError('refused', 'distill teaches the steps behind it that train, and there is none: add fineTune({ epochs: 4 }).');
      }
      if (steps.slice(0, index).some(({ name }) => name === 'distill'))
        throw new DlError('refused', 'The recipe has distill twice: one teacher is enough.');
    },
    init: ({ original }) => teacherOf(original),
    trainingLoss({ pass, ending }, { inputs, outputs, areLogits, loss }) {
      const teach = (values: Tensor) => (ending ? pass.predictLogits(values) : pass.predict(values));
      const taught = teacherLoss(
        ending,
        constantOf(inputs, teach),
        areLogits || !ending ? outputs : logitsOf(ending, outputs),
        temperature,
      );
      return add(mul(loss, 1 - weight), mul(taught, weight)) as Scalar;
    },
    saveState: () => new Map(),
    loadState: (_, { original }) => teacherOf(original),
  };
}

function teacherOf(original: LayersModel | undefined): Teacher {
  if (!original) throw new DlError('refused', 'distill needs the model as it was trained.');
  const pass = new ForwardPass(original);
  return { pass, ending: pass.finalActivation };
}

/**
 * How far the student is from the teacher: the mean over the batch, times temperature^2, so that gradients are as large at any temperature.
 * @param teacher logits, or numbers; `[size, outputs]`
 */
function teacherLoss(ending: FinalActivation | undefined, teacher: Tensor, student: Tensor, temperature: number): Tensor {
  if (!ending) return mean(squaredDifference(student, teacher));
  const [t, s] = [mul(teacher, 1 / temperature), mul(student, 1 / temperature)];
  const each =
    ending === 'softmax'
      ? neg(sum(mul(exp(logSoftmax(t)), logSoftmax(s)), -1))
      : sum(sub(softplus(s), mul(s, exp(neg(softplus(neg(t)))))), -1); // cross-entropy of the sigmoids
  return mul(mean(each), temperature ** 2);
}

/** What the last activation was given, but for what it does not see: a constant added to all classes. */
function logitsOf(ending: FinalActivation, probabilities: Tensor): Tensor {
  const certain = maximum(probabilities, 1e-7);
  return ending === 'softmax' ? log(certain) : sub(log(certain), log(maximum(sub(1, probabilities), 1e-7)));
}

/** What a function makes of values, without the gradient's tape keeping each of its steps. */
function constantOf(values: Tensor, compute: (values: Tensor) => Tensor): Tensor {
  return customGrad((x) => ({ value: compute(x as Tensor), gradFunc: () => zerosLike(x as Tensor) }))(values);
}
