import { DlError } from '../core/errors.ts';
import type { Layer } from './layers.ts';

type Shape = readonly (number | null)[];

/**
 * The error for a layer that cannot be connected: what it was given, and what to do.
 * @param shapes of its inputs, with the batch axis; none for a first layer
 */
export function cannotTake(layer: Layer, shapes: readonly Shape[], cause: unknown): DlError {
  if (cause instanceof RangeError)
    return new DlError('config', `Layer ${layer.name} has more weights than the memory can hold.`, { cause });
  const message = `Layer ${layer.name} cannot take inputs of shape ${showAll(shapes)}. ${reason(cause, layer.name)}`;
  return new DlError('shape', message, { cause });
}

/** @throws DlError `shape` where a layer leaves nothing of its input */
export function checkLeavesSomething(layer: Layer, shapes: readonly Shape[], output: Shape): void {
  if (output.every((size) => size === null || size >= 1)) return;
  const why = `They are too small for it: its output would be ${show(output)}.`;
  throw new DlError('shape', `Layer ${layer.name} cannot take inputs of shape ${showAll(shapes)}. ${why}`);
}

function showAll(shapes: readonly Shape[]): string {
  return shapes.map(show).join(' and ') || '(none given)';
}

/** `[28, 28, 1]`: without the batch axis. */
function show(shape: Shape): string {
  return `[${shape.slice(1).join(', ')}]`;
}

function reason(cause: unknown, layer: string): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const [, expected] = /expected ((?:min_)?ndim=\d)/.exec(text) ?? [];
  if (expected === 'ndim=4' || expected === 'min_ndim=3') return 'It needs images: [height, width, channels].';
  if (text.startsWith('Negative dimension')) return 'They are too small for it.';
  if (expected === 'ndim=2') return `It needs one row of numbers: put layers.flatten() before ${layer}.`;
  return text;
}
