/** How a technique wishes a weight to be stored. The writer takes the smallest form that keeps every bit of the values. */
export type StoredFormHint =
  | { readonly form: 'dense' }
  | { readonly form: 'sparse' }
  | { readonly form: 'codebook'; readonly bits: number };
