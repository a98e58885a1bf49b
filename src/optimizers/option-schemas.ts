import { z } from 'zod';

/** Options that many optimizers have. */
export const learningRate = z.number().positive();
/** How much of a running mean stays. */
export const memory = z.number().min(0).lt(1);
export const epsilon = z.number().positive();
