import type { Layer } from '../../layers/layers.ts';
import { type Units, UnitTies } from './unit-ties.ts';

/** An axis of a weight along which units lie: all entries of a unit go when it goes. */
export interface UnitAxis {
  readonly layer: Layer;
  /** `conv2/kernel` */
  readonly weight: string;
  readonly axis: number;
  /**
   * `makes`: a kernel by its outputs, what the importance is read from. `reads`: a kernel by its inputs. `carries`: biases, BatchNorm,
   * depthwise kernels.
   */
  readonly role: 'makes' | 'reads' | 'carries';
  /** The unit of each entry along the axis. */
  readonly units: Units;
}

/** What a layer's configuration says about the number of units. */
export interface UnitSetting {
  readonly layer: Layer;
  /** As in the topology. A number, or a shape whose last entry it is. */
  readonly key: 'filters' | 'units' | 'output_dim' | 'target_shape' | 'batch_input_shape';
  readonly units: Units;
}

/** Units that can be removed one by one, and that the same layers make. */
export interface UnitGroup {
  /** In the model's order: one, or those whose outputs are added (multiplied, compared) value by value. */
  readonly layers: readonly string[];
  readonly units: Units;
}

/** Which units of a model depend on each other. A unit is a filter of a convolution or a neuron of a dense layer, with those it is tied to. */
export interface DependencyGraph {
  readonly groups: readonly UnitGroup[];
  readonly axes: readonly UnitAxis[];
  readonly settings: readonly UnitSetting[];
  /** Layers that make units of which none can be removed, and why: `they are the model's outputs`. */
  readonly fixed: ReadonlyMap<string, string>;
}

/** What is written down while units are followed through a model. */
export class UnitRecord {
  readonly ties = new UnitTies();
  readonly #axes: UnitAxis[] = [];
  readonly #settings: UnitSetting[] = [];
  /** By the layer that makes them, in the model's order. */
  readonly #made = new Map<Layer, Units>();

  /**
   * The units that a layer makes: the same ones wherever it is called.
   * @param key the setting that says how many; undefined where nobody knows
   */
  make(layer: Layer, count: number, key?: UnitSetting['key']): Units {
    const units = this.#made.get(layer) ?? this.ties.make(count);
    if (key && !this.#made.has(layer)) this.set(layer, key, units);
    this.#made.set(layer, units);
    return units;
  }

  /** Says that units lie along an axis of the weight of this name (`kernel`), if the layer has it. */
  lie(layer: Layer, name: string, axis: number, role: UnitAxis['role'], units: Units): void {
    const found = layer.weights.find(({ originalName }) => originalName === `${layer.name}/${name}`);
    if (!found || (found.shape[axis] === 1 && units.length > 1)) return; // one value for all units
    const known = this.#axes.find((one) => one.layer === layer && one.weight === found.originalName && one.axis === axis);
    if (known) this.ties.tie(known.units, units);
    else this.#axes.push({ layer, weight: found.originalName, axis, role, units });
  }

  set(layer: Layer, key: UnitSetting['key'], units: Units): void {
    const known = this.#settings.find((one) => one.layer === layer && one.key === key);
    if (known) this.ties.tie(known.units, units);
    else this.#settings.push({ layer, key, units });
  }

  result(): DependencyGraph {
    const rootsOf = (units: Units) => units.map((unit) => this.ties.rootOf(unit));
    const makers = new Map<number, Set<string>>();
    const fixed = new Map<string, string>();
    for (const [{ name }, units] of this.#made) {
      for (const root of rootsOf(units)) makers.set(root, (makers.get(root) ?? new Set()).add(name));
      const reasons = units.map((unit) => this.ties.whyKept(unit));
      if (reasons.every((why) => why !== undefined)) fixed.set(name, reasons[0] as string);
    }
    const groups = new Map<string, { layers: string[]; units: number[] }>();
    for (const [root, names] of makers) {
      if (this.ties.whyKept(root) !== undefined) continue;
      const key = JSON.stringify([...names]);
      groups.set(key, groups.get(key) ?? { layers: [...names], units: [] });
      groups.get(key)?.units.push(root);
    }
    return {
      groups: [...groups.values()],
      axes: this.#axes.map((axis) => ({ ...axis, units: rootsOf(axis.units) })),
      settings: this.#settings.map((setting) => ({ ...setting, units: rootsOf(setting.units) })),
      fixed,
    };
  }
}
