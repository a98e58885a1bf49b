import type { Layout } from '../stored-form.ts';

/** Every position holds a value. */
export const denseLayout: Layout = {
  name: 'dense',
  encode: () => [{ parameters: [], parts: [], kept: undefined }],
  decode: () => undefined,
};
