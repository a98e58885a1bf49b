import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { NamedWeights } from '../../checkpoint/model-weights.ts';
import type { StoredForms } from '../../packed/stored-form.ts';
import type { Technique, TechniqueContext } from '../technique.ts';
import { chosenKernels, type KernelChoice, refuseOtherHolders } from './chosen-kernels.ts';
import { MasterWeights } from './master-weights.ts';
import { TrainedScales } from './trained-scales.ts';

/** A master and what goes with it. */
export interface Master {
  readonly value: Tensor;
  /** `conv2/kernel` */
  readonly name: string;
  /** Training steps so far. */
  readonly step: number;
  /** Trained beside it; none for most methods. */
  readonly scales: readonly number[];
}

/** How a technique makes kernels of few values: what `binarize` and `ternarize` differ in. The functions run inside a tidy. */
export interface CoarseKernels {
  readonly name: string;
  readonly label: string;
  readonly options: KernelChoice;
  readonly storedForms: StoredForms;
  /** @throws DlError `config` for options that cannot be */
  checkOptions(): void;
  /** Surgery before the kernels are taken. @default none */
  rewrite?(context: TechniqueContext, layers: readonly string[]): LayersModel | Promise<LayersModel>;
  /** The values that the model computes with. */
  coarse(master: Master, context: TechniqueContext): Tensor;
  /** Puts a master back into its bounds. @default as it is */
  hold?(master: Tensor): Tensor;
  /** Scales to be trained, and how. @default none */
  readonly trained?: {
    first(master: Tensor): readonly number[];
    /** From the gradient by the coarse values: that by the master, and those by the scales. */
    gradients(gradient: Tensor, master: Master): readonly [Tensor, ...Tensor[]];
    /** How far one step goes, as a share of the scale. */
    readonly rate: number;
  };
}

interface CoarseState {
  readonly masters: MasterWeights;
  readonly scales: ReadonlyMap<string, TrainedScales>;
  readonly context: TechniqueContext;
}

/** How the saved state calls the scales of a kernel. */
const scalesOf = (name: string) => `${name}:scales`;

/** The model stays one of plain layers, whose chosen kernels hold few values; their masters are the technique's state. */
export function coarseKernels(how: CoarseKernels): Technique<CoarseState> {
  const { name, label, options, storedForms, coarse, hold, trained, rewrite } = how;
  const masterOf = ({ masters, scales }: CoarseState, weight: string, step: number): Master => ({
    value: masters.get(weight) as Tensor,
    name: weight,
    step,
    scales: scales.get(weight)?.values ?? [],
  });
  return {
    name,
    label,
    options,
    needs: 'training',
    storedForms,
    check({ model }, position) {
      how.checkOptions();
      chosenKernels(name, model, options);
      refuseOtherHolders(name, position);
    },
    ...(rewrite && {
      rewrite: (context: TechniqueContext) =>
        rewrite(
          context,
          chosenKernels(name, context.model, options).map(({ layer }) => layer),
        ),
    }),
    init(context) {
      const kernels = chosenKernels(name, context.model, options);
      for (const { layer, size } of kernels) context.note({ layer, text: `${size} weights become ${label}` });
      const masters = MasterWeights.of(
        context.model,
        kernels.map((kernel) => kernel.name),
      );
      const scales = trained ? kernels.map((kernel) => [kernel.name, TrainedScales.from(trained.first(kernel.variable))] as const) : [];
      return { masters, scales: new Map(scales), context };
    },
    gradients(state, gradients, model) {
      const changed: NamedTensorMap = { ...gradients };
      if (trained) {
        for (const [weight, scales] of state.scales) {
          if (!gradients[weight]) continue; // a frozen layer
          const [own, ...byScale] = trained.gradients(gradients[weight], masterOf(state, weight, 0));
          changed[weight] = own;
          scales.step(
            byScale.map((gradient) => gradient.dataSync()[0]),
            trained.rate,
          );
        }
      }
      state.masters.putIn(model);
      return changed;
    },
    project(state, model, step) {
      const toCoarse = (value: Tensor, weight: string) => coarse({ ...masterOf(state, weight, step), value }, state.context);
      state.masters.takeOut(model, toCoarse, hold);
    },
    saveState({ masters, scales }) {
      const saved = Array.from(scales, ([weight, one]) => [scalesOf(weight), asWeight(one.save())] as const);
      return new Map([...masters.save(), ...saved]);
    },
    loadState(saved, context) {
      const masters = [...saved].filter(([weight]) => !weight.endsWith(scalesOf('')));
      const scales = masters.flatMap(([weight]) => {
        const values = saved.get(scalesOf(weight))?.values;
        return values ? [[weight, TrainedScales.load(values)] as const] : [];
      });
      return { masters: MasterWeights.load(new Map(masters)), scales: new Map(scales), context };
    },
    dispose: ({ masters }) => masters.dispose(),
  };
}

function asWeight(values: Float32Array): NamedWeights extends ReadonlyMap<string, infer Weight> ? Weight : never {
  return { shape: [values.length], values };
}
