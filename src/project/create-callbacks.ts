import { defaultCallbacks } from '../callbacks/builtin-callbacks.ts';
import type { Callback, CallbackDefinition } from '../callbacks/callback.ts';
import { findByName } from '../core/registry.ts';
import type { Run } from '../runs/run.ts';

/**
 * Makes the callbacks that `config` switches on, in the order of their definitions.
 * Within a run also the default ones that are not set to false; outside there is nowhere to write to.
 * @throws DlError `name` for one that is not defined
 */
export function createCallbacks(
  definitions: readonly CallbackDefinition[],
  config: Readonly<Record<string, object | false | undefined>>,
  run: Run | undefined,
): Callback[] {
  for (const name of Object.keys(config)) findByName('callback', definitions, name);
  const defaults: readonly string[] = run ? defaultCallbacks : [];
  return definitions.flatMap((definition) => {
    const options = config[definition.name] ?? (defaults.includes(definition.name) ? {} : false);
    return options ? [definition.create({ ...definition.defaults, ...options }, run)] : [];
  });
}
