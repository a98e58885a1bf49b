import { adadelta } from './adadelta.ts';
import { adagrad } from './adagrad.ts';
import { adam } from './adam.ts';
import { adamax } from './adamax.ts';
import { adamw } from './adamw.ts';
import { lamb } from './lamb.ts';
import { lion } from './lion.ts';
import { nadam } from './nadam.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

/** The optimizers that every project may name; a new one is its file and a line here. */
export const builtinOptimizers = [adam, adamw, sgd, nadam, rmsprop, adagrad, adadelta, adamax, lamb, lion] as const;
