import { createHash } from 'node:crypto';
import { checkpointDigest } from '../../checkpoint/checkpoint.ts';
import type { NamedWeights } from '../../checkpoint/model-weights.ts';
import { stateFromJson, stateToJson } from '../../checkpoint/state-json.ts';
import { DlError } from '../../core/errors.ts';
import type { NamedWeight } from '../../packed/model-file.ts';
import { float32Tensor, float32Values, readSafetensors, type SafetensorsTensor, writeSafetensors } from '../../packed/safetensors.ts';
import type { CompressionRow, StepNote } from '../compression-result.ts';
import type { Topology } from '../surgery/topology.ts';

/** Everything a recipe needs to go on behind one of its steps. */
export interface SavedStep {
  readonly topology: Topology;
  readonly weights: NamedWeights;
  /** What holds: the place of each step in the recipe, the training steps since its `init`, and its state. */
  readonly active: readonly { readonly index: number; readonly step: number; readonly state: NamedWeights | undefined }[];
  readonly rows: readonly CompressionRow[];
  readonly notes: readonly StepNote[];
}

const format = 'dl-project compression step';
const modelPrefix = 'model:';

/** A step as a safetensors file. Equal steps give equal bytes. */
export function writeSavedStep({ topology, weights, active, rows, notes }: SavedStep): Uint8Array {
  const tensors = new Map<string, SafetensorsTensor>();
  const add = (prefix: string, named: NamedWeights) => {
    for (const [name, { values, shape }] of named) tensors.set(prefix + name, float32Tensor(values, shape));
  };
  add(modelPrefix, weights);
  active.forEach(({ state }, i) => {
    if (state) add(statePrefix(i), state);
  });
  const holding = active.map(({ index, step, state }) => ({ index, step, hasState: state !== undefined }));
  const metadata = {
    format,
    version: '1',
    topology: JSON.stringify(topology),
    told: JSON.stringify(stateToJson({ holding, rows, notes }, new Map(), '')),
  };
  return writeSafetensors({ tensors, metadata: { ...metadata, sha256: checkpointDigest({ tensors, metadata }) } });
}

/** @throws DlError `file` for one that is damaged, or of another release */
export function readSavedStep(bytes: Uint8Array): SavedStep {
  const file = readSafetensors(bytes);
  const { metadata } = file;
  if (metadata.format !== format || metadata.version !== '1' || metadata.sha256 !== checkpointDigest(file)) {
    throw new DlError('file', 'Not a saved step of a recipe, or a damaged one.');
  }
  const named = (prefix: string): Map<string, NamedWeight> =>
    new Map(
      [...file.tensors]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, tensor]) => [name.slice(prefix.length), { shape: tensor.shape, values: float32Values(tensor) }]),
    );
  const { holding, rows, notes } = stateFromJson(JSON.parse(metadata.told), new Map()) as Told;
  return {
    topology: JSON.parse(metadata.topology),
    weights: named(modelPrefix),
    active: holding.map(({ index, step, hasState }, i) => ({ index, step, state: hasState ? named(statePrefix(i)) : undefined })),
    rows,
    notes,
  };
}

type Told = Pick<SavedStep, 'rows' | 'notes'> & {
  readonly holding: readonly { readonly index: number; readonly step: number; readonly hasState: boolean }[];
};

function statePrefix(i: number): string {
  return `state${i}:`;
}

/** Tells apart what a step was made from: the same facts give the same 16 digits. */
export function digestOfFacts(facts: unknown, weights: NamedWeights): string {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  for (const [name, { values }] of weights) hash.update(name).update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return hash.digest('hex').slice(0, 16);
}
