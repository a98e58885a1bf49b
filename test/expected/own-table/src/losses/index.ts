/** Losses of this project; config.ts may name them beside the library's. Each is `defineLoss({ name, defaults, create })`. */
export const losses = [] as const;
