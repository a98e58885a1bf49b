import { type serialization, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { type initializers, layers as tfLayers } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';
import { nextLayerName } from './layer-names.ts';
import type { Layer } from './layers.ts';

type Initializer = ReturnType<typeof initializers.ones>;
type LayerArgs = NonNullable<ConstructorParameters<typeof tfLayers.Layer>[0]>;
type LayerVariable = Layer['weights'][number];

/** A weight that a layer learns. */
export interface LayerWeight {
  readonly shape: readonly number[];
  /** How it starts: `initializers.ones()` of `@tensorflow/tfjs-layers`; its numbers are drawn from the config's seed. */
  readonly initializer: Initializer;
}

/** A layer of a project. Shapes are those of one sample: without the batch axis. */
export interface LayerDefinition<Options extends object, Weight extends string> {
  /** Its class in saved models: `ChannelScale`. A saved model finds the layer by it. */
  readonly name: string;
  /** Every option with its default value; plain JSON, saved with the model. */
  readonly defaults: Options;
  /** What it learns, by name. @default nothing */
  weights?(inputShape: readonly number[], options: Options): Record<Weight, LayerWeight>;
  /** @default the shape of its input */
  outputShape?(inputShape: readonly number[], options: Options): readonly number[];
  /** Computes `[batch, ...outputShape]` from `[batch, ...inputShape]`; runs inside a tidy. */
  call(input: Tensor, weights: Readonly<Record<Weight, Tensor>>, options: Options): Tensor;
}

/** Makes one layer, as tfjs's factories do; what is left out has its default. */
export type LayerFactory<Options extends object> = ((
  args?: Partial<Options> & { name?: string; trainable?: boolean; inputShape?: readonly number[] },
) => Layer) & {
  /** What `registerLayers` makes known to tfjs. */
  readonly layerClass: LayerClass;
};

/** A class that tfjs can make from a saved model. */
export type LayerClass = serialization.SerializableConstructor<Layer>;

/**
 * Declares a layer of one input. Without a name it is called `channelScale1`, `channelScale2` within its model.
 * Put it into the list `layers` of the project: saved models that have it can be loaded then.
 *
 * ```ts
 * export const channelScale = defineLayer({
 *   name: 'ChannelScale',
 *   defaults: {},
 *   weights: (inputShape) => ({ scale: { shape: inputShape.slice(-1), initializer: initializers.ones() } }),
 *   call: (input, { scale }) => mul(input, scale),
 * });
 * ```
 *
 * @throws DlError `config` for a name that is not in PascalCase
 */
export function defineLayer<Options extends object, Weight extends string = never>(
  definition: LayerDefinition<Options, Weight>,
): LayerFactory<Options> {
  const { name } = definition;
  if (!/^[A-Z][A-Za-z0-9]*$/.test(name)) {
    throw new DlError('config', `The layer name ${JSON.stringify(name)} cannot be a class in a saved model. Write it like ChannelScale.`);
  }
  const layerClass = classOf(definition);
  const prefix = name[0].toLowerCase() + name.slice(1);
  const create = (args?: object) => {
    const chosen = (args as LayerArgs | undefined)?.name ?? nextLayerName(prefix);
    return new layerClass({ ...args, name: chosen });
  };
  return Object.assign(create, { layerClass });
}

function classOf<Options extends object, Weight extends string>(definition: LayerDefinition<Options, Weight>): LayerClass {
  class DefinedLayer extends tfLayers.Layer {
    static readonly className = definition.name;
    /** Tells it from tfjs's own classes. */
    static readonly isDefined = true;
    readonly #options: Options;
    readonly #variables = new Map<string, LayerVariable>();
    readonly #initializers: Record<string, { className: string; config: object }> = {};

    constructor(args: LayerArgs) {
      super(args);
      const given = args as Partial<Options>;
      const options = Object.entries(definition.defaults).map(([key, value]) => [key, given[key as keyof Options] ?? value]);
      this.#options = Object.fromEntries(options);
    }

    override build(inputShape: (number | null)[]): void {
      const weights = Object.entries<LayerWeight>(definition.weights?.(sampleShape(inputShape), this.#options) ?? {});
      for (const [name, { shape, initializer }] of weights) {
        this.#variables.set(name, this.addWeight(name, [...shape], 'float32', initializer));
        this.#initializers[`${name}Initializer`] = { className: initializer.getClassName(), config: initializer.getConfig() };
      }
      this.built = true;
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      const input = Array.isArray(inputs) ? inputs[0] : inputs;
      const weights = Object.fromEntries(Array.from(this.#variables, ([name, variable]) => [name, variable.read()]));
      return tidy(() => definition.call(input, weights as Record<Weight, Tensor>, this.#options));
    }

    override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
      const output = definition.outputShape?.(sampleShape(inputShape), this.#options);
      return output ? [inputShape[0], ...output] : inputShape;
    }

    override getConfig() {
      return { ...super.getConfig(), ...this.#options, ...this.#initializers };
    }
  }
  return DefinedLayer;
}

function sampleShape(shape: (number | null)[]): readonly number[] {
  return shape.slice(1) as number[];
}
