import { asObject, callOf, damaged, deepest, isModel, type Json, references, refused } from './keras-json.ts';

/** A layer and which of what it gives: `[name, 0, output]`. */
type Reference = readonly [layer: string, call: 0, output: number];

/** So many layers that wait for each other are in no file of Keras. */
const longestWait = 500;

/** Layers of which several have one name are told apart by where they were. */
export interface LayerOrigin {
  /** As the file calls it. */
  readonly name: string;
  /** The models that it is in, from the outside. */
  readonly models: readonly string[];
}

/**
 * A model whose layers are models, as pretrained ones usually are, as one model of all their layers.
 * @returns by the name of each layer what it was called; undefined where no layer is a model
 * @throws DlError `refused` where a layer is called several times, `file` for damaged connections
 */
export function inlinedModels(topology: Json): { topology: Json; origins: ReadonlyMap<string, LayerOrigin> } | undefined {
  if (!layersOf(topology).some(isModel)) return undefined;
  const graph = new InlinedGraph();
  const outputs = graph.add(topology, undefined, []);
  const { name = 'model' } = Array.isArray(topology.config) ? {} : asObject(topology.config, 'its topology');
  const config = { name, layers: graph.layers, input_layers: graph.inputs, output_layers: outputs };
  return { topology: { class_name: 'Functional', config }, origins: graph.origins };
}

function layersOf({ config }: Json): readonly Json[] {
  const layers = Array.isArray(config) ? config : asObject(config, 'its topology').layers;
  if (!Array.isArray(layers)) throw damaged('its topology has no layers');
  return layers.map((layer) => asObject(layer, 'a layer'));
}

function nameOf(layer: Json): string {
  const { name = asObject(layer.config, 'a layer').name } = layer;
  if (typeof name !== 'string') throw damaged('a layer has no name');
  return name;
}

class InlinedGraph {
  readonly layers: Json[] = [];
  readonly inputs: Reference[] = [];
  readonly origins = new Map<string, LayerOrigin>();

  /** @param given what a model inside of another one reads @returns what it gives */
  add(model: Json, given: readonly Reference[] | undefined, models: readonly string[]): readonly Reference[] {
    if (models.length > deepest) throw damaged(`its models are in each other more than ${deepest} times`);
    return model.class_name === 'Sequential' ? this.#addChain(model, given?.[0], models) : this.#addGraph(model, given, models);
  }

  #addChain(model: Json, given: Reference | undefined, models: readonly string[]): readonly Reference[] {
    let current = given;
    for (const layer of layersOf(model)) {
      if (layer.class_name === 'InputLayer') current ??= this.#addInput(layer, models);
      else if (isModel(layer)) [current] = this.add(layer, current && [current], [...models, nameOf(layer)]);
      else current = this.#addLayer(layer, [current ?? this.#inputOf(layer, models)], models);
    }
    if (!current) throw damaged('one of its models has no layers');
    return [current];
  }

  /** Of older files, whose first layer says what it reads. */
  #inputOf(layer: Json, models: readonly string[]): Reference {
    const { batch_input_shape: shape } = asObject(layer.config, 'a layer');
    if (!Array.isArray(shape)) throw damaged(`nothing says what the layer ${JSON.stringify(nameOf(layer))} reads`);
    return this.#addInput({ class_name: 'InputLayer', config: { batch_input_shape: shape, name: `${nameOf(layer)}_input` } }, models);
  }

  #addGraph(model: Json, given: readonly Reference[] | undefined, models: readonly string[]): readonly Reference[] {
    const layers = new Map(layersOf(model).map((layer) => [nameOf(layer), layer]));
    const config = asObject(model.config, 'its topology');
    const entries = namesIn(config.input_layers);
    const known = new Map<string, readonly Reference[]>();
    const waiting = new Set<string>();

    const resultsOf = (name: string): readonly Reference[] => {
      const layer = layers.get(name);
      if (!layer || waiting.has(name) || waiting.size > longestWait)
        throw damaged(`its layers are not connected at ${JSON.stringify(name.slice(0, 60))}`);
      waiting.add(name);
      const results = known.get(name) ?? make(name, layer);
      waiting.delete(name);
      known.set(name, results);
      return results;
    };
    const make = (name: string, layer: Json): readonly Reference[] => {
      if (layer.class_name === 'InputLayer') {
        const place = entries.findIndex(([entry]) => entry === name);
        return [given ? (given[place] ?? missing(name)) : this.#addInput(layer, models)];
      }
      const { inbound_nodes: calls } = layer;
      if (!Array.isArray(calls) || calls.length !== 1)
        throw refused({ name }, 'is called several times, or never, beside a model of its own');
      const read = callOf(calls[0]).map(([source, , output]) => pick(String(source), Number(output)));
      return isModel(layer) ? this.add(layer, read, [...models, name]) : [this.#addLayer(layer, read, models)];
    };
    const pick = (name: string, output: number): Reference => {
      const results = resultsOf(name);
      // What a layer gives beside its first result has its number, a model's results are those of its layers.
      return results[output] ?? (results.length === 1 && Number.isSafeInteger(output) ? [results[0][0], 0, output] : missing(name));
    };
    for (const name of layers.keys()) resultsOf(name);
    return namesIn(config.output_layers).map(([name, , output]) => pick(name, Number(output)));
  }

  #addInput(layer: Json, models: readonly string[]): Reference {
    const reference = this.#addLayer(layer, [], models);
    this.inputs.push(reference);
    return reference;
  }

  #addLayer(layer: Json, read: readonly Reference[], models: readonly string[]): Reference {
    const original = nameOf(layer);
    let name = original;
    for (let i = 0; this.origins.has(name); i++) name = [...models, original, ...(i > 0 ? [i] : [])].join('-');
    this.origins.set(name, { name: original, models });
    const calls = read.length === 0 ? [] : [read.map((reference) => [...reference, {}])];
    this.layers.push({ ...layer, name, config: { ...asObject(layer.config, 'a layer'), name }, inbound_nodes: calls });
    return [name, 0, 0];
  }
}

function namesIn(value: unknown): readonly (readonly [string, unknown, unknown])[] {
  const list = references(value);
  if (Array.isArray(list) && list.length > 0 && list.every((one) => Array.isArray(one) && typeof one[0] === 'string')) return list;
  throw damaged('a model does not say what it reads and gives');
}

function missing(name: string): never {
  throw damaged(`something reads what the layer ${JSON.stringify(name.slice(0, 60))} does not give`);
}
