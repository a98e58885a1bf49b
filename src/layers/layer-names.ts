let counts: Map<string, number> | undefined;

/**
 * Gives the layers that `build` creates without a name the names `dense1`, `dense2`, `conv1`: counted from 1 in every model,
 * so that a model's names and initial weights do not depend on what was built before. (tfjs counts over the whole process.)
 */
export function withLayerNames<Model>(build: () => Model): Model {
  const outer = counts;
  counts = new Map();
  try {
    return build();
  } finally {
    counts = outer;
  }
}

/** `conv1`, then `conv2`, inside `withLayerNames`; undefined outside, where tfjs chooses. */
export function nextLayerName(prefix: string): string | undefined {
  if (!counts) return undefined;
  const count = (counts.get(prefix) ?? 0) + 1;
  counts.set(prefix, count);
  return prefix + count;
}

/**
 * Names for the layers of a block: `fire1` for the layer that gives its output, `fire1-squeeze` for one inside it.
 * @param name the block's own; else it is counted like a layer
 */
export function blockNames(prefix: string, name: string | undefined): (part?: string) => string | undefined {
  const block = name ?? nextLayerName(prefix);
  return (part) => (block !== undefined && part !== undefined ? `${block}-${part}` : block);
}
