import type { LayersModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';
import { topologyWithoutFreezing } from '../layers/freeze.ts';

interface LayerConfig {
  readonly class_name?: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

/**
 * Refuses to go on with a model whose layers are not those that were saved: equal shapes alone do not make an equal model.
 * @param topology as a checkpoint holds it
 * @throws DlError `shape` naming the first layer that differs, and how
 */
export function requireSameLayers(topology: unknown, model: LayersModel): void {
  const saved = layersOf(topology);
  const here = layersOf(JSON.parse(topologyWithoutFreezing(model)));
  for (let i = 0; i < Math.max(saved.length, here.length); i++) {
    const how = difference(saved[i], here[i]);
    if (how === undefined) continue;
    const name = (here[i] ?? saved[i]).config?.name ?? i + 1;
    throw new DlError('shape', `The checkpoint is of another model. First difference: layer ${name}: ${how}.`);
  }
}

function layersOf(topology: unknown): readonly LayerConfig[] {
  return (topology as { config?: { layers?: readonly LayerConfig[] } }).config?.layers ?? [];
}

function difference(saved: LayerConfig | undefined, here: LayerConfig | undefined): string | undefined {
  if (!saved) return 'the checkpoint does not have it';
  if (!here) return 'the model does not have it';
  if (saved.class_name !== here.class_name) return `it is a ${here.class_name}, saved is a ${saved.class_name}`;
  const keys = new Set([...Object.keys(saved.config ?? {}), ...Object.keys(here.config ?? {})]);
  for (const key of keys) {
    const [before, now] = [JSON.stringify(saved.config?.[key]), JSON.stringify(here.config?.[key])];
    if (before !== now) return `${key} is ${now}, saved is ${before}`;
  }
  return undefined;
}
