import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

/** The optimizers that every project may name; a new one is its file and a line here. */
export const builtinOptimizers = [adam, adamw, sgd, rmsprop] as const;
