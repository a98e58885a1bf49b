/** Metrics of this project; config.ts may name them beside the library's. Each is `defineMetric({ name, defaults, create })`. */
export const metrics = [] as const;
