import type { Callback } from './callback.ts';

/**
 * A callback from a few functions, on the spot: Keras' `LambdaCallback`. One that has options, is named in config.ts or is used twice is better
 * declared by `defineCallback`.
 *
 * ```ts
 * callbacks: [...project.createCallbacks(config.callbacks, run), lambdaCallback({ onEpochEnd: (_, epoch, logs) => console.log(epoch, logs.loss) })],
 * ```
 *
 * @param hooks those of `Callback`; a second one of its kind needs a `name` of its own @default named `lambdaCallback`
 */
export function lambdaCallback(hooks: Partial<Callback>): Callback {
  return { name: 'lambdaCallback', ...hooks };
}
