/** The folder of this package: the sources (`generators/`) and the bundle (`dist/`) both lie one folder below it. */
export const packageRoot = new URL('../', import.meta.url);
