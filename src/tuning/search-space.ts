import type { Choice, Distribution } from './distribution.ts';

export type Params = Readonly<Record<string, Choice>>;

/** A parameter that is there only where another one has one of some values. */
export interface Condition {
  readonly parameter: string;
  readonly on: string;
  readonly values: readonly Choice[];
}

/** What all trials of a study choose from, said before the first one. */
export interface SearchSpace {
  /** A parameter that others depend on comes before them. */
  readonly parameters: Readonly<Record<string, Distribution>>;
  /** @default none */
  readonly conditions?: readonly Condition[];
  /** What must not be tried together. @default nothing */
  readonly isForbidden?: (params: Params) => boolean;
}

/** Chooses a value for each parameter that is there. */
export function chooseParams(
  { parameters, conditions = [] }: SearchSpace,
  choose: (name: string, distribution: Distribution) => Choice,
): Record<string, Choice> {
  const params: Record<string, Choice> = {};
  for (const [name, distribution] of Object.entries(parameters)) {
    const isThere = conditions.every(({ parameter, on, values }) => parameter !== name || (on in params && values.includes(params[on])));
    if (isThere) params[name] = choose(name, distribution);
  }
  return params;
}
