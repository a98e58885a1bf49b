import type { TrackerDefinition } from '../tracking/tracker.ts';
import type { CallbackDefinition } from './callback.ts';
import { TrackerCallback } from './tracker-callback.ts';

/**
 * Declares a tracker as a callback that config.ts can name: `callbacks: { mlflow: {} }`. Outside a run it tracks nothing.
 * Its options and their types follow from `defaults`.
 */
export function defineTracker<const Name extends string, Options extends object>(
  definition: TrackerDefinition<Name, Options>,
): CallbackDefinition<Name, Options> {
  const { name, defaults, schema, create } = definition;
  return {
    name,
    defaults,
    schema,
    watchesOnly: true,
    create: (options, run) => (run ? new TrackerCallback(name, create(options, run), run) : { name }),
  };
}
