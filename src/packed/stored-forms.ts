import { bitmapForm } from './bitmap-form.ts';
import { denseForm } from './dense-form.ts';
import { sparseForm } from './sparse-form.ts';
import type { StoredForm } from './stored-form.ts';

/** Every form that can be read. A form that was ever released stays here. */
export const storedForms: readonly StoredForm[] = [denseForm, sparseForm, bitmapForm];
