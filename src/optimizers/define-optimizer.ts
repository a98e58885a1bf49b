import type { Part } from '../config/part.ts';
import type { OptimizerDefinition } from './optimizer.ts';
import { SlotOptimizer } from './slot-optimizer.ts';
import type { UpdateRule } from './update-rule.ts';

interface RuleDefinition<Name extends string, Options extends object> extends Part<Name, Options> {
  /** What one step does to one weight. */
  rule(options: NoInfer<Options>): UpdateRule<string>;
}

/**
 * Declares an optimizer by its rule; its options and their types follow from `defaults`. Clipping, decay, rates by layer, saving and
 * loading are the same for all.
 */
export function defineOptimizer<const Name extends string, Options extends { learningRate: number }>({
  name,
  defaults,
  schema,
  rule,
}: RuleDefinition<Name, Options>): OptimizerDefinition<Name, Options> {
  return { name, defaults, ...(schema && { schema }), create: (options) => new SlotOptimizer(name, rule(options), options) };
}
