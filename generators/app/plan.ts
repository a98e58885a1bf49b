import { datasets, models } from '../../src/catalog.ts';
import { type FileMap, sortedFiles } from '../engine/file-map.ts';
import { manifestPath, renderManifest } from '../engine/manifest.ts';
import { renderTemplates } from '../engine/render.ts';
import type { AppInput } from './input.ts';
import { renderPackageJson } from './package-json.ts';
import { templateValues } from './template-values.ts';

/** The files of a project, in the order of their paths. Pure: no disk, no clock, no Yeoman. */
export function planProject(input: AppInput, templates: FileMap): FileMap {
  const chosen = sortedFiles([...templates].filter(([path]) => isChosen(path, input)));
  const files = sortedFiles([
    ...renderTemplates(chosen, templateValues(input)),
    ['package.json', renderPackageJson(input)],
    ['.yo-rc.json', renderAnswers(input)],
  ]);
  return sortedFiles([...files, [manifestPath, renderManifest(files, input.version)]]);
}

/** Of the datasets and models one file each is written, the chosen one's; the rest is for every project. */
function isChosen(path: string, { answers: { data, model }, packageManager }: AppInput): boolean {
  if (path === 'pnpm-workspace.yaml') return packageManager === 'pnpm';
  const [, folder, name] = /^src\/(data|models)\/([^/]+?)\.ts(?:\.ejs)?$/.exec(path) ?? [];
  if (folder === 'data') return !datasets.some((one) => one.name === name) || name === data;
  if (folder === 'models') return !models.some((one) => one.name === name) || name === model;
  return true;
}

/**
 * What this project was made from, for `update` and `doctor`; with package.json it gives every byte again.
 * Sorted keys, no times, nothing of this machine.
 */
function renderAnswers({ answers, dataOptions, packageManager, version }: AppInput): string {
  const { task, data, model, goal } = answers;
  const options = Object.keys(dataOptions).length > 0 ? { dataOptions } : {};
  const state = { answers: { data, goal, model, task }, ...options, packageManager, schema: 1, version };
  return `${JSON.stringify({ 'create-dl-project': state }, undefined, 2)}\n`;
}
