import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DlError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { scriptCommand } from '../runs/script-command.ts';

/** A file that `npm run compress` has written. */
export interface PackedModelFile {
  /** `deep-compression` */
  readonly recipe: string;
  readonly path: string;
}

/** The packed models of a training, the newest first. */
export function packedModels(run: { readonly folder: string }): PackedModelFile[] {
  const files = readdirSync(run.folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ recipe: name, path: join(run.folder, name, 'model.safetensors') }))
    .filter(({ path }) => existsSync(path));
  return files.sort((a, b) => statSync(b.path).mtimeMs - statSync(a.path).mtimeMs);
}

/**
 * The packed model of a training that a recipe made; of the newest recipe where none is named.
 * @throws DlError `missing` where there is none
 */
export function findPackedModel(run: { readonly folder: string }, recipe = ''): PackedModelFile {
  const files = packedModels(run);
  const found = files.find((file) => recipe === '' || file.recipe === recipe);
  if (found) return found;
  const names = files.map((file) => file.recipe);
  const others = names.length > 0 ? ` There is ${names.join(', ')}.${didYouMean(recipe, names)}` : '';
  const what = recipe === '' ? 'This training was not compressed yet' : `This training was not compressed by ${recipe}`;
  throw new DlError('missing', `${what}.${others} Type: ${scriptCommand('compress', ...(recipe ? [`recipe=${recipe}`] : []))}`);
}
