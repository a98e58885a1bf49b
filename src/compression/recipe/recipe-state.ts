import type { LayersModel } from '@tensorflow/tfjs-layers';
import { buildModel } from '../../checkpoint/load-checkpoint.ts';
import { readWeights } from '../../checkpoint/model-weights.ts';
import type { CompressionRow, StepNote } from '../compression-result.ts';
import { topologyOf } from '../surgery/topology.ts';
import type { ActiveTechnique, Technique, TechniqueContext } from '../technique.ts';
import type { SavedStep } from './saved-step.ts';

type ContextOf = (model: LayersModel, index: number) => TechniqueContext;

/** Where a recipe stands: the model, the techniques that hold its weights, and what was told so far. */
export class RecipeState {
  model: LayersModel;
  readonly active: ActiveTechnique[] = [];
  readonly rows: CompressionRow[] = [];
  readonly notes: StepNote[] = [];
  readonly #steps: readonly Technique[];
  /** The place of each in the recipe: a recipe may have the same technique twice. */
  readonly #places = new WeakMap<ActiveTechnique, number>();

  /** @param model is the state's from now on: rewriting disposes of it */
  constructor(model: LayersModel, steps: readonly Technique[]) {
    this.model = model;
    this.#steps = steps;
  }

  /** Carries out one step. */
  async apply(index: number, contextOf: ContextOf): Promise<void> {
    const step = this.#steps[index];
    this.#replaceModel(await step.rewrite?.(contextOf(this.model, index)));
    const context = contextOf(this.model, index);
    if (holds(step)) {
      const active: ActiveTechnique = { technique: step, state: await step.init?.(context), step: 0 };
      this.#hold(active, index);
      step.project?.(active.state, this.model, 0);
    }
    await step.train?.(context, this.active);
  }

  /** Takes off what was only needed for training. */
  async finish(contextOf: ContextOf): Promise<void> {
    for (const { technique, state } of this.active) {
      this.#replaceModel(await technique.finish?.(state, contextOf(this.model, this.#steps.length)));
    }
  }

  /** Undefined where a technique cannot be saved: one of the user's own. */
  async save(): Promise<SavedStep | undefined> {
    if (!this.active.every(canBeSaved)) return undefined;
    return {
      topology: topologyOf(this.model),
      weights: await readWeights(this.model),
      active: this.active.map((one) => ({
        index: this.#places.get(one) as number,
        step: one.step,
        state: one.technique.saveState?.(one.state),
      })),
      rows: [...this.rows],
      notes: [...this.notes],
    };
  }

  /** Goes to where `save` was called. */
  async restore({ topology, weights, active, rows, notes }: SavedStep, contextOf: ContextOf): Promise<void> {
    this.#replaceModel(await buildModel(topology, weights));
    this.disposeStates();
    for (const { index, step, state } of active) {
      const technique = this.#steps[index];
      const context = contextOf(this.model, index);
      this.#hold({ technique, step, state: state && technique.loadState?.(state, context) }, index);
    }
    this.rows.splice(0, this.rows.length, ...rows);
    this.notes.splice(0, this.notes.length, ...notes);
  }

  disposeStates(): void {
    for (const { technique, state } of this.active) technique.dispose?.(state);
    this.active.length = 0;
  }

  #hold(active: ActiveTechnique, index: number): void {
    this.active.push(active);
    this.#places.set(active, index);
  }

  #replaceModel(after: LayersModel | undefined): void {
    if (after === undefined || after === this.model) return;
    this.model.dispose();
    this.model = after;
  }
}

/** Whether a step does something while later ones train, or when the file is written. */
export function holds({ init, project, gradients, loss, trainingLoss, encode }: Technique): boolean {
  return [init, project, gradients, loss, trainingLoss, encode].some((hook) => hook !== undefined);
}

/** Whether its state can be saved, or it has none. */
export function canBeSaved({ technique, state }: ActiveTechnique): boolean {
  return state === undefined || (technique.saveState !== undefined && technique.loadState !== undefined);
}
