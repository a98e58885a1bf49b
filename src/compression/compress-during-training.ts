import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Callback, TrainingToCome } from '../callbacks/callback.ts';
import { writeBytesAtomically } from '../checkpoint/write-bytes-atomically.ts';
import { DlError } from '../core/errors.ts';
import { formatBytes } from '../core/format.ts';
import { RandomStream } from '../core/random.ts';
import type { DataLoader } from '../data/data-loader.ts';
import { evaluateModel } from '../training/evaluate-model.ts';
import { holdTechniques, isSettled } from './fine-tune.ts';
import { packModel } from './pack-model.ts';
import { stepsOf } from './pipeline.ts';
import { packState } from './recipe/pack-state.ts';
import { RecipeState } from './recipe/recipe-state.ts';
import { refuseOrder } from './recipe/refuse-order.ts';
import type { Technique, TechniqueContext, TrainingSettings } from './technique.ts';

export interface DuringTrainingOptions {
  /** The training's own. */
  readonly training: TrainingSettings;
  /** Where the packed model is written when the training is over. @default nowhere */
  readonly file?: string;
  /** Called when it is written, with its size in words. */
  readonly onFile?: (text: string) => void;
}

/**
 * Carries a recipe out while a model trains: its layers are rewritten before the first step, and what holds weights holds them from then
 * on. The training takes the place of the recipe's fine-tuning. The file is written when the training is over, from the weights that it keeps.
 *
 * @param load gives the recipe, when the training begins
 * @throws DlError (from the training) `refused` for a recipe that cannot be carried out so
 */
export function compressDuringTraining(load: () => Promise<Technique>, { training, file, onFile }: DuringTrainingOptions): Callback {
  let state: RecipeState | undefined;
  let steps: readonly Technique[] = [];
  let toCome: TrainingToCome | undefined;
  let hold: Callback | undefined;

  const contextOf = (model: LayersModel, index: number): TechniqueContext => {
    const { train, validation } = toCome as unknown as { train: DataLoader; validation?: DataLoader }; // techniques take no more of them
    const random = new RandomStream(training.seed ?? 0, 'compression during training', index);
    return { model, features: train.features, data: { train, validation }, training, random, note() {} };
  };
  const end = () => {
    state?.disposeStates();
    state = undefined;
  };

  return {
    name: 'compressDuringTraining',
    async replaceModel(model, coming) {
      toCome = coming;
      steps = heldSteps(stepsOf(await load()));
      const all = [...steps, trainingItself(coming.epochs)];
      for (const [index, step] of steps.entries()) step.check?.(contextOf(model, index), { steps: all, index });
      refuseOrder(steps);
      state = new RecipeState(model, steps);
      for (const index of steps.keys()) await state.apply(index, contextOf);
      hold = holdTechniques(state.active, contextOf(state.model, steps.length));
      return state.model;
    },
    onGradients: (context, gradients) => hold?.onGradients?.(context, gradients) ?? gradients,
    onTrainBatchEnd: (context, step, logs) => hold?.onTrainBatchEnd?.(context, step, logs),
    isComparable: () => state?.active.every(isSettled) ?? true,
    stateDict: () => hold?.stateDict?.(),
    loadStateDict: (saved) => hold?.loadStateDict?.(saved),
    async onTrainEnd({ model, features }) {
      if (!state) return;
      // Averages of the weights, which a callback may have put in, are nobody's form.
      for (const { technique, state: held, step } of state.active) technique.project?.(held, model, step);
      if (file) {
        const { train, validation } = contextOf(model, 0).data as { train: DataLoader; validation?: DataLoader };
        const { logs } = await evaluateModel(model, validation ?? train, training);
        const metrics = Object.fromEntries(Object.entries(logs).map(([key, value]) => [(validation ? 'val_' : '') + key, value]));
        const bytes = await packState({ model, active: state.active }, steps, { features, metrics });
        await mkdir(dirname(file), { recursive: true });
        await writeBytesAtomically(file, bytes);
        const dense = (await packModel(model, { features, forms: {} })).length;
        onFile?.(`${formatBytes(bytes.length)}, ${(dense / bytes.length).toFixed(1)}x smaller than in plain float32`);
      }
      end();
    },
    onException: end,
  };
}

/** What a training can hold; fine-tuning is what the training itself is. */
function heldSteps(steps: readonly Technique[]): Technique[] {
  const other = steps.find(({ name, train }) => train && name !== 'fineTune');
  if (other) {
    throw new DlError(
      'refused',
      `${other.name} trains by itself, so it cannot be done while a model trains. Leave it to compress: compression.duringTraining=false`,
    );
  }
  return steps.filter(({ train }) => !train);
}

/** What schedules and checks see behind the recipe's steps. */
function trainingItself(epochs: number): Technique {
  return { name: 'training', label: `training ${epochs} ep`, options: {}, needs: 'training', epochs, train: async () => {} };
}
