import { mlp } from './mlp.ts';

/** The models that config.ts may name. */
export const models = [mlp] as const;
