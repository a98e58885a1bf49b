import type { ModelFile } from '../../packed/model-file.ts';
import type { StoredForms } from '../../packed/stored-form.ts';
import { type PackOptions, packModel } from '../pack-model.ts';
import type { Technique } from '../technique.ts';
import type { RecipeState } from './recipe-state.ts';

/**
 * The bytes of a model that a recipe has made, as its techniques want them to lie in the file.
 * @param done the steps that were carried out; stored forms of later ones are not used yet
 */
export function packState(
  { model, active }: Pick<RecipeState, 'model' | 'active'>,
  done: readonly Technique[],
  options: Pick<PackOptions, 'features' | 'metrics'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const brought = done.map(({ storedForms = {} }) => storedForms);
  const forms: StoredForms = {
    layouts: brought.flatMap(({ layouts = [] }) => layouts),
    numbers: brought.flatMap(({ numbers = [] }) => numbers),
    coders: brought.flatMap(({ coders = [] }) => coders),
  };
  const encode = (file: ModelFile) => active.reduce((changed, { technique, state }) => technique.encode?.(state, changed) ?? changed, file);
  return packModel(model, { ...options, recipe: done.map(({ name, options: given }) => ({ name, options: given })), forms, encode });
}
