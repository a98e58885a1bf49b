import type { NamedWeight } from './model-file.ts';
import type { SafetensorsTensor } from './safetensors.ts';

/** A weight as it lies in the file. */
export interface EncodedWeight {
  /** One tensor per name in the form's `sections`. */
  readonly sections: Readonly<Record<string, SafetensorsTensor>>;
  /** What decoding needs besides; whole numbers. */
  readonly parameters: Readonly<Record<string, number>>;
}

/**
 * One way to store a weight without losing a bit. Techniques bring the forms that fit what they do
 * (`Technique.storedForms`); the writer takes the smallest. Every form must be listed in stored-forms.ts, or it cannot be read back.
 */
export interface StoredForm {
  /** As written in the file: never changes once released. */
  readonly name: string;
  /** The tensors it consists of; `''` is called like the weight, `'values'` becomes `<weight>:values`. */
  readonly sections: readonly string[];
  /** Undefined where this form cannot hold the values. */
  encode(weight: NamedWeight): EncodedWeight | undefined;
  /**
   * The same values, to the bit. Checks everything before it allocates: the file may be hostile.
   * @throws DlError `file`
   */
  decode(encoded: EncodedWeight, shape: readonly number[]): Float32Array;
}
