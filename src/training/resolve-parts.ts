import type { Part } from '../config/part.ts';
import { defaultStepSettings } from '../config/step-settings.ts';
import { DlError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { findByName } from '../core/registry.ts';
import { builtinLosses } from '../losses/builtin-losses.ts';
import type { Loss } from '../losses/loss.ts';
import { builtinMetrics } from '../metrics/builtin-metrics.ts';
import type { Metric } from '../metrics/metric.ts';
import { builtinOptimizers } from '../optimizers/builtin-optimizers.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';

/** The name of one of the library's parts, or `{ name, ...options }` as in config.ts. */
export type NamedPart = string | { readonly name: string; readonly [option: string]: unknown };

/** Something that can be made from `{ name, ...options }`. */
type Definition<Made> = Part & { create(options: never): Made };

/** @throws DlError `name` for an unknown loss, `config` for an option that it does not have */
export function resolveLoss(loss: Loss | NamedPart): Loss {
  return isMade(loss, 'compute') ? loss : create('loss', builtinLosses, loss);
}

/** @throws DlError `name` for an unknown metric, `config` for an option that it does not have */
export function resolveMetric(metric: Metric | NamedPart): Metric {
  return isMade(metric, 'accumulator') ? metric : create('metric', builtinMetrics, metric);
}

/** An optimizer for one training, and what to do when that is over. */
export interface BorrowedOptimizer {
  readonly optimizer: Optimizer;
  /** Frees an optimizer that was made for this training; one that was given keeps its state. */
  release(): void;
}

/** @throws DlError `name` for an unknown optimizer, `config` for an option that it does not have */
export function resolveOptimizer(given: Optimizer | NamedPart): () => BorrowedOptimizer {
  if (isMade(given, 'applyGradients')) return () => ({ optimizer: given, release() {} });
  create('optimizer', builtinOptimizers, given, defaultStepSettings); // errors now, not when the training starts; holds no tensors before its first step
  return () => {
    const optimizer = create<Optimizer>('optimizer', builtinOptimizers, given, defaultStepSettings);
    return { optimizer, release: () => optimizer.dispose() };
  };
}

function isMade<Made extends object>(part: Made | NamedPart, method: keyof Made): part is Made {
  return typeof part === 'object' && typeof (part as Made)[method] === 'function';
}

function create<Made>(kind: string, definitions: readonly Definition<Made>[], part: NamedPart, shared: object = {}): Made {
  const { name, ...options } = typeof part === 'string' ? { name: part } : part;
  const definition = findByName(kind, definitions, name);
  const known = [...new Set([...Object.keys(definition.defaults), ...Object.keys(shared)])];
  const unknown = Object.keys(options).find((option) => !known.includes(option));
  if (unknown !== undefined) {
    const allowed = known.length > 0 ? `Allowed: ${known.join(', ')}.` : 'It has none.';
    throw new DlError('config', `The ${kind} ${name} has no option ${unknown}.${didYouMean(unknown, known)} ${allowed}`);
  }
  return definition.create({ ...definition.defaults, ...options } as never);
}
