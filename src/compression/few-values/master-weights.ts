import { dispose, keep, type Tensor, tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { NamedWeights } from '../../checkpoint/model-weights.ts';
import { variableOf } from '../../layers/stable-weight-names.ts';

/**
 * The float weights behind those that a model computes with in a coarser form: two values, three values, whole numbers. Steps change
 * the masters, by the gradients of the coarse ones (Courbariaux, Bengio and David, 2015): small changes then add up.
 *
 * `putIn` from `Technique.gradients`, `takeOut` from `project`: in between the optimizer finds the masters in the model, and weight
 * decay, clipping and constraints act on them.
 */
export class MasterWeights {
  /** By weight name; without those that are in the model. */
  readonly #masters = new Map<string, Tensor>();
  readonly #names: readonly string[];
  #inModel = false;

  private constructor(masters: readonly (readonly [string, Tensor])[]) {
    this.#names = masters.map(([name]) => name);
    for (const [name, master] of masters) this.#masters.set(name, keep(master));
  }

  /** Copies the weights of these names: `conv1/kernel`. */
  static of(model: LayersModel, names: readonly string[]): MasterWeights {
    const variables = variablesOf(model);
    return new MasterWeights(names.map((name) => [name, (variables.get(name) as Variable).clone()]));
  }

  /** What `save` gave. */
  static load(saved: NamedWeights): MasterWeights {
    return new MasterWeights(Array.from(saved, ([name, { values, shape }]) => [name, tensor(values.slice(), [...shape])]));
  }

  get names(): readonly string[] {
    return this.#names;
  }

  /** Undefined while it is in the model. */
  get(name: string): Tensor | undefined {
    return this.#masters.get(name);
  }

  /** The masters as the model's weights, for one step. */
  putIn(model: LayersModel): void {
    if (this.#inModel) return;
    const variables = variablesOf(model);
    for (const [name, master] of this.#masters) {
      variables.get(name)?.assign(master);
      master.dispose(); // its memory is the variable's now: optimizers write into it
    }
    this.#masters.clear();
    this.#inModel = true;
  }

  /**
   * Keeps the masters as the step left them, and gives the model their coarse form.
   * @param hold puts a master back into its bounds first. @default as it is
   */
  takeOut(model: LayersModel, coarse: (master: Tensor, name: string) => Tensor, hold = (master: Tensor, _name: string) => master): void {
    const variables = variablesOf(model);
    tidy(() => {
      for (const name of this.#names) {
        const variable = variables.get(name) as Variable;
        const before = this.#masters.get(name);
        const master = keep(hold(before ?? variable.clone(), name));
        if (before !== master) before?.dispose();
        this.#masters.set(name, master);
        variable.assign(coarse(master, name));
      }
    });
    this.#inModel = false;
  }

  save(): NamedWeights {
    return new Map(
      Array.from(this.#masters, ([name, master]) => [name, { shape: master.shape, values: new Float32Array(master.dataSync()) }]),
    );
  }

  dispose(): void {
    dispose([...this.#masters.values()]);
    this.#masters.clear();
  }
}

function variablesOf(model: LayersModel): Map<string, Variable> {
  return new Map(model.weights.map((weight) => [weight.originalName, variableOf(weight)]));
}
