import type { z } from 'zod';

/**
 * Something that config.ts may name: a model, a dataset, a loss, a metric, an optimizer, a callback.
 * Its defaults say which options there are and of which type; from them follow the editor's help, the checks of
 * config.ts, the `key=value` overrides and the keys a study may vary.
 */
export interface Part<Name extends string = string, Options extends object = object> {
  readonly name: Name;
  /** Every option with its default value. */
  readonly defaults: Options;
  /** Narrows single options further than the type of their default does: `{ ratio: z.number().min(0).max(1) }`. */
  readonly schema?: { readonly [Option in keyof Options]?: z.ZodType };
}

/** The options of a part. */
export type OptionsOf<P> = P extends Part<string, infer Options> ? Options : never;

/** How config.ts names a part: its name, and those options that differ from the defaults. */
export type PartInput<P> = P extends Part<infer Name, infer Options> ? { name: Name } & Partial<Options> : never;

/** The same after the defaults were filled in. */
export type PartConfig<P> = P extends Part<infer Name, infer Options> ? { name: Name } & Options : never;

/** What an experiment changes of a part: another one with its options, or, without a name, options of the one that config.ts names. */
export type PartChanges<P> = PartInput<P> | (object & { name?: undefined } & Partial<OptionsOf<P>>);

/** As `PartInput`, or only the name. */
export type PartReference<P> = P extends Part<infer Name, object> ? Name | PartInput<P> : never;
