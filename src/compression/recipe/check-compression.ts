import { showValue } from '../../config/show-value.ts';
import { DlError } from '../../core/errors.ts';
import type { CompressOptions, TrainedModelLike } from '../compress-model.ts';
import type { Technique } from '../technique.ts';

/** Refuses arguments of `compressModel` that it cannot begin with: the compiler would, but scripts are run without it. @throws DlError `config` */
export function checkCompression(trained: TrainedModelLike, recipe: Technique, options: CompressOptions): void {
  const refuse = (what: string): never => {
    throw new DlError('config', `compressModel: ${what}`);
  };
  if (typeof trained?.model?.predict !== 'function' || typeof trained.features !== 'object') {
    refuse('the first argument must be a trained model with its features: await loadBestModel(), or { model, features }.');
  }
  if (Array.isArray(recipe)) refuse('the recipe is a list; write pipeline([...]).');
  if (typeof recipe?.name !== 'string') refuse(`the recipe is ${showValue(recipe)}; it must be a technique, or pipeline([...]) of some.`);
  if (typeof options?.data?.train?.read !== 'function') {
    refuse('data is missing: pass { data: { train, validation, test } }, what createDataLoaders gives.');
  }
}
