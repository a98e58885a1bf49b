/** Puts the name of a tensor in the place of its values. */
interface TensorReference {
  readonly $tensor: string;
}

/**
 * Makes JSON of a state: numbers that JSON lacks (NaN, infinity, -0) become `{ "$number": "NaN" }`, and each Float32Array
 * `{ "$tensor": name }`.
 * @param tensors gets the arrays by name
 * @param path where the state is, the beginning of the names
 */
export function stateToJson(state: unknown, tensors: Map<string, Float32Array>, path: string): unknown {
  if (typeof state === 'number') return Number.isFinite(state) && !Object.is(state, -0) ? state : { $number: numberWord(state) };
  if (state instanceof Float32Array) {
    tensors.set(path, state);
    return { $tensor: path } satisfies TensorReference;
  }
  if (Array.isArray(state)) return state.map((item, i) => stateToJson(item, tensors, `${path}/${i}`));
  if (typeof state !== 'object' || state === null) return state ?? null;
  return Object.fromEntries(Object.entries(state).map(([key, item]) => [key, stateToJson(item, tensors, `${path}/${key}`)]));
}

/** What `stateToJson` was given. Names without a tensor become undefined. */
export function stateFromJson(json: unknown, tensors: ReadonlyMap<string, Float32Array>): unknown {
  if (Array.isArray(json)) return json.map((item) => stateFromJson(item, tensors));
  if (typeof json !== 'object' || json === null) return json;
  if ('$number' in json) return Number(json.$number);
  if ('$tensor' in json) return tensors.get(String(json.$tensor));
  return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, stateFromJson(item, tensors)]));
}

function numberWord(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
