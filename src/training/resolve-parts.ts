import { findByName } from '../core/registry.ts';
import { builtinLosses } from '../losses/builtin-losses.ts';
import type { Loss } from '../losses/loss.ts';
import { builtinMetrics } from '../metrics/builtin-metrics.ts';
import type { Metric } from '../metrics/metric.ts';
import { builtinOptimizers } from '../optimizers/builtin-optimizers.ts';
import type { Optimizer, OptimizerDefinition } from '../optimizers/optimizer.ts';

/** The name of one of the library's parts, or `{ name, ...options }` as in config.ts. */
export type NamedPart = string | { readonly name: string };

/** @throws DlError `name` for an unknown loss */
export function resolveLoss(loss: Loss | NamedPart): Loss {
  if (typeof loss === 'object' && 'compute' in loss) return loss;
  const { name, ...options } = asObject(loss);
  const definition = findByName('loss', builtinLosses, name);
  return definition.create({ ...definition.defaults, ...options } as never);
}

/** @throws DlError `name` for an unknown metric */
export function resolveMetric(metric: Metric | NamedPart): Metric {
  if (typeof metric === 'object' && 'accumulator' in metric) return metric;
  const { name, ...options } = asObject(metric);
  const definition = findByName('metric', builtinMetrics, name);
  return definition.create({ ...definition.defaults, ...options } as never);
}

/**
 * @returns `dispose` frees an optimizer that was made here; the caller's own keeps its state
 * @throws DlError `name` for an unknown optimizer
 */
export function resolveOptimizer(optimizer: Optimizer | NamedPart): { optimizer: Optimizer; dispose: () => void } {
  if (typeof optimizer === 'object' && 'applyGradients' in optimizer) return { optimizer, dispose: () => {} };
  const { name, ...options } = asObject(optimizer);
  const definition: Pick<OptimizerDefinition, 'name' | 'defaults'> & { create(options: never): Optimizer } = findByName(
    'optimizer',
    builtinOptimizers,
    name,
  );
  const made = definition.create({ ...definition.defaults, ...options } as never);
  return { optimizer: made, dispose: () => made.dispose() };
}

function asObject(part: NamedPart): { readonly name: string } {
  return typeof part === 'string' ? { name: part } : part;
}
