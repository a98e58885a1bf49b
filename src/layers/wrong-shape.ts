import { DlError } from '../core/errors.ts';

type Shape = readonly (number | null)[];

/** The error of a layer that cannot take what the one before gives; tfjs' own speaks of ndims. */
export function wrongShape(layer: string, inputShapes: readonly (Shape | undefined)[], cause: unknown): DlError {
  if (cause instanceof RangeError) return new DlError('config', `Layer ${layer} has more weights than the memory can hold.`, { cause });
  const shapes = inputShapes.map(show).join(' and ');
  return new DlError('shape', `Layer ${layer} cannot take inputs of shape ${shapes}. ${reason(cause, layer)}`, { cause });
}

/** The same where tfjs takes it, but nothing would be left of an image. */
export function tooSmall(layer: string, inputShape: Shape | undefined, outputShape: Shape): DlError {
  return new DlError(
    'shape',
    `Layer ${layer} cannot take inputs of shape ${show(inputShape)}. They are too small for it: its output would be ${show(outputShape)}.`,
  );
}

/** `[28, 28, 1]`: without the batch axis. */
function show(shape: Shape | undefined): string {
  return shape ? `[${shape.slice(1).join(', ')}]` : '(none given)';
}

function reason(cause: unknown, layer: string): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const [, expected] = /expected ((?:min_)?ndim=\d)/.exec(text) ?? [];
  if (expected === 'ndim=4' || expected === 'min_ndim=3') return 'It needs images: [height, width, channels].';
  if (text.startsWith('Negative dimension')) return 'They are too small for it.';
  if (expected === 'ndim=2') return `It needs one row of numbers: put layers.flatten() before ${layer}.`;
  return text;
}
