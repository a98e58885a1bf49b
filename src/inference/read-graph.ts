import { DlError } from '../core/errors.ts';
import type { NamedWeight } from '../packed/model-file.ts';
import { engine, LayerConfig, type Runner } from './layer-config.ts';

/** A layer and what it reads. */
export interface GraphNode {
  readonly layer: LayerConfig;
  /** Positions in the list of nodes; none for the model's input. */
  readonly inputs: readonly number[];
}

/**
 * The layers of a model with one input and one output, each behind those that it reads; the last one gives the output.
 * @param topology Keras' `{ class_name, config }`, from a file that may be damaged
 * @param runner who refuses. @default the engine
 * @throws DlError `refused` for models that the runner does not run, `file` for a damaged description
 */
export function readGraph(topology: unknown, weights: ReadonlyMap<string, NamedWeight>, runner = engine): GraphNode[] {
  const { class_name: kind, config } = (topology ?? {}) as { class_name?: unknown; config?: unknown };
  const layers = Array.isArray(config) ? config : (config as { layers?: unknown } | undefined)?.layers;
  if (kind !== 'Sequential' && kind !== 'Model' && kind !== 'Functional') {
    throw new DlError('refused', `${runner.cannotRun} a model of the class ${JSON.stringify(kind)}. ${runner.instead}`);
  }
  if (!Array.isArray(layers) || layers.length === 0) throw damaged('its topology has no layers');
  if (kind === 'Sequential') {
    return layers.map((layer, index) => ({ layer: new LayerConfig(layer, weights, runner), inputs: index > 0 ? [index - 1] : [] }));
  }
  return readBranches(layers, config as FunctionalConfig, weights, runner);
}

interface FunctionalConfig {
  readonly input_layers?: unknown;
  readonly output_layers?: unknown;
}

function readBranches(
  layers: readonly unknown[],
  config: FunctionalConfig,
  weights: ReadonlyMap<string, NamedWeight>,
  runner: Runner,
): GraphNode[] {
  const [input, output] = [onlyLayer(config.input_layers, 'input', runner), onlyLayer(config.output_layers, 'output', runner)];
  const byName = new Map(layers.map((layer) => [new LayerConfig(layer, weights).name, layer]));
  const nodes: GraphNode[] = [];
  /** Where a layer stands among the nodes; `open` while those that it reads are looked for. */
  const places = new Map<string, number | 'open'>();
  // A list of work instead of recursion: a file may describe a chain of any length.
  const work = [output];
  while (work.length > 0) {
    const name = work[work.length - 1];
    const source = byName.get(name);
    if (source === undefined) throw damaged(`it has no layer ${JSON.stringify(name)}`);
    const reads = name === input ? [] : namesRead(source, name, runner);
    const missing = reads.filter((one) => typeof places.get(one) !== 'number');
    if (missing.some((one) => places.get(one) === 'open')) throw damaged(`layer ${name} reads itself`);
    if (missing.length > 0) {
      places.set(name, 'open');
      work.push(...missing);
      continue;
    }
    work.pop();
    if (typeof places.get(name) === 'number') continue;
    places.set(name, nodes.length);
    nodes.push({ layer: new LayerConfig(source, weights, runner), inputs: reads.map((one) => places.get(one) as number) });
  }
  return nodes;
}

/** The one layer of `[[name, 0, 0]]`. */
function onlyLayer(list: unknown, which: string, runner: Runner): string {
  if (!Array.isArray(list)) throw damaged(`it names no ${which}`);
  const references = typeof list[0] === 'string' ? [list] : list;
  if (references.length !== 1)
    throw new DlError('refused', `${runner.cannotRun} a model with ${references.length} ${which}s, only with one. ${runner.instead}`);
  return nameOf(references[0], which, runner);
}

/** The layers whose outputs a layer reads, in its order. */
function namesRead(layer: unknown, name: string, runner: Runner): string[] {
  const { inbound_nodes: calls } = layer as { inbound_nodes?: unknown };
  if (!Array.isArray(calls) || calls.length === 0) throw damaged(`layer ${name} reads nothing`);
  if (calls.length > 1) throw usedAgain(name, runner);
  if (!Array.isArray(calls[0]) || calls[0].length === 0) throw damaged(`layer ${name} reads nothing`);
  return calls[0].map((reference) => nameOf(reference, `layer ${name}`, runner));
}

function nameOf(reference: unknown, where: string, runner: Runner): string {
  const [name, call, output] = Array.isArray(reference) ? reference : [];
  if (typeof name === 'string' && Number.isSafeInteger(call) && (call as number) > 0) throw usedAgain(name, runner);
  if (typeof name !== 'string' || call !== 0 || output !== 0)
    throw damaged(`${where}: ${JSON.stringify(reference)?.slice(0, 80)} is no layer's output`);
  return name;
}

function usedAgain(name: string, { cannotRun, instead }: Runner): DlError {
  return new DlError('refused', `${cannotRun} layer ${name}: the model uses it more than once. ${instead}`);
}

function damaged(what: string): DlError {
  return new DlError('file', `Not a sound model file: ${what}.`);
}
