import { clipByValue, mul, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import { RandomStream } from '../core/random.ts';
import { meanMagnitude, type ScalePer } from '../layers/quantizers/mean-magnitude.ts';
import { signs } from '../layers/quantizers/signs.ts';
import { binaryFormat } from '../packed/numbers/binary-format.ts';
import type { KernelChoice } from './few-values/chosen-kernels.ts';
import { coarseKernels, type Master } from './few-values/coarse-kernels.ts';
import { normalizeOutputs, signInputs } from './few-values/sign-inputs.ts';
import type { Technique, TechniqueContext } from './technique.ts';

export interface BinarizeOptions extends KernelChoice {
  /**
   * `bwn`: -a and a, with the a that is nearest to the weights (Rastegari et al., 2016). `xnor`: that, and of what goes into the
   * layer only the signs (the same paper). `binaryConnect`: -c and c, with a c that only depends on the layer's size, and weights
   * that are held between (Courbariaux, Bengio and David, 2015).
   * @default 'bwn'
   */
  method?: 'bwn' | 'xnor' | 'binaryConnect';
  /** Of `bwn` and `xnor`: one a per filter or neuron, or one per layer. @default 'channel' */
  scale?: ScalePer;
  /** Of `binaryConnect`: the sign is drawn anew for every step, with the chances that the weight stands for. @default false */
  stochastic?: boolean;
  /** Of `xnor`: multiplies the signs by the mean magnitude of the sample's values that they stand for. @default false */
  inputScale?: boolean;
}

const methods = ['bwn', 'xnor', 'binaryConnect'];

/**
 * Leaves two values to each kernel. Steps of the training that follows change float masters behind them, by the gradients of the two
 * values. The model keeps its layers (`xnor` and `binaryConnect` add some), and every loader runs it.
 */
export function binarize(options: BinarizeOptions = {}): Technique {
  requireKnownOptions('binarize', options, {
    layers: true,
    keepFirstAndLast: true,
    method: true,
    scale: true,
    stochastic: true,
    inputScale: true,
  });
  const { method = 'bwn', scale = 'channel', stochastic = false, inputScale = false } = options;
  return coarseKernels({
    name: 'binarize',
    label: `binary (${method})`,
    options,
    storedForms: { numbers: [binaryFormat] },
    checkOptions() {
      const allowed = (option: string, value: unknown, values: readonly unknown[]) => {
        if (values.includes(value)) return;
        const list = values.map((one) => (typeof one === 'string' ? `'${one}'` : String(one))).join(', ');
        throw new DlError('config', `binarize ${option} is ${JSON.stringify(value)}; allowed are ${list}.`);
      };
      allowed('method', method, methods);
      allowed('scale', scale, ['channel', 'layer']);
      allowed('stochastic', stochastic, [false, true]);
      allowed('inputScale', inputScale, [false, true]);
      if (stochastic && method !== 'binaryConnect') throw onlyWith('stochastic', 'binaryConnect');
      if (inputScale && method !== 'xnor') throw onlyWith('inputScale', 'xnor');
    },
    ...(method === 'xnor' && { rewrite: ({ model }, layers) => signInputs(model, layers, inputScale) }),
    ...(method === 'binaryConnect' && { rewrite: ({ model }, layers) => normalizeOutputs(model, layers), hold: clipped }),
    coarse(master, context) {
      if (method !== 'binaryConnect') return mul(signs(master.value), meanMagnitude(master.value, scale));
      const drawn = stochastic && !endsEpoch(master.step, context);
      return mul(drawn ? drawnSigns(master, context) : signs(master.value), bound(master.value));
    },
  });
}

function onlyWith(option: string, method: string): DlError {
  return new DlError('config', `binarize ${option} goes only with method '${method}': leave one of the two out.`);
}

/**
 * Glorot's and Bengio's coefficient. The paper has weights of -1 and 1 and multiplies learning rates by its inverse; with these in its
 * place the rates stay as they are, and the BatchNorm behind makes the two the same.
 */
function bound({ shape }: Tensor): number {
  const window = shape.slice(0, -2).reduce((size, length) => size * length, 1);
  return Math.sqrt(1.5 / (window * (shape[shape.length - 2] + shape[shape.length - 1])));
}

function clipped(master: Tensor): Tensor {
  const most = bound(master);
  return clipByValue(master, -most, most);
}

/** Epochs are judged, and the last one kept, without chance. */
function endsEpoch(step: number, { data }: TechniqueContext): boolean {
  return step % (data?.train.steps ?? 1) === 0;
}

/** 1 with a chance that grows from 0 at the lower bound to 1 at the upper one. */
function drawnSigns({ value, name, step }: Master, { training }: TechniqueContext): Tensor {
  const random = new RandomStream(training?.seed ?? 0, 'binarize', name, step);
  const most = bound(value);
  const values = value.dataSync();
  return tensor(
    Float32Array.from(values, (master) => (random.uniform(-most, most) < master ? 1 : -1)),
    value.shape,
  );
}
