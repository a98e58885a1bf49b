import { DlError } from '../../core/errors.ts';

export type Json = Readonly<Record<string, unknown>>;

/** Models may be in each other so often. */
export const deepest = 8;

/** @throws DlError `file` for anything but an object */
export function asObject(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw damaged(`${what} is ${JSON.stringify(value)?.slice(0, 60)}`);
}

export function damaged(what: string): DlError {
  return new DlError('file', `Not a sound tfjs model: ${what}.`);
}

export function refused({ name }: Json, what: string, instead = 'Exported as ONNX it may be read: importOnnx.'): DlError {
  return new DlError('refused', `importTfjs cannot read the layer ${JSON.stringify(name)}: it ${what}. ${instead}`);
}

/** Whether a layer is a model of its own. */
export function isModel(layer: Json): boolean {
  return layer.class_name === 'Sequential' || layer.class_name === 'Functional' || layer.class_name === 'Model';
}

/** One call of a layer: `[[layer, call, output, {}], ...]`; Keras 3 writes what the layer was called with. */
export function callOf(call: unknown): unknown[][] {
  if (Array.isArray(call)) return call;
  const { args } = asObject(call, 'a connection');
  return tensorsIn(args, 0).map((history) => [...history.slice(0, 3), {}]);
}

function tensorsIn(value: unknown, depth: number): unknown[][] {
  if (typeof value === 'number') {
    throw new DlError(
      'refused',
      `The model computes with the number ${value} between its layers; importTfjs reads layers, such as Rescaling. Exported as ONNX it may be read: importOnnx.`,
    );
  }
  if (Array.isArray(value) && depth < 4) return value.flatMap((one) => tensorsIn(one, depth + 1));
  const { config } = asObject(value, 'a connection');
  const { keras_history: history } = asObject(config, 'a connection');
  if (!Array.isArray(history)) throw damaged('a connection names no layer');
  return [history];
}

/** `[[name, 0, 0]]`; Keras 3 writes the only one without the outer brackets. */
export function references(value: unknown): unknown {
  return Array.isArray(value) && typeof value[0] === 'string' ? [value] : value;
}
