/** Layers of this project, for its models; saved ones are found here. Each is `defineLayer({ name, defaults, call })`. */
export const layers = [] as const;
