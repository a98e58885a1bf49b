/** Callbacks of this project; config.ts may name them beside the library's. Each is `defineCallback({ name, defaults, create })`. */
export const callbacks = [] as const;
