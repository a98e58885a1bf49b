import { datasets, models } from '../../src/catalog.ts';
import { type FileMap, sortedFiles } from '../engine/file-map.ts';
import { manifestPath, renderManifest } from '../engine/manifest.ts';
import { renderTemplates } from '../engine/render.ts';
import { applyPreset, ownersOf } from '../preset/apply-preset.ts';
import type { AppInput } from './input.ts';
import { renderPackageJson } from './package-json.ts';
import { questions } from './questions.ts';
import { templateValues } from './template-values.ts';

/** The files of a project, in the order of their paths. Pure: no disk, no clock, no Yeoman. */
export function planProject(input: AppInput, templates: FileMap): FileMap {
  const chosen = [...templates].filter(([path]) => isChosen(path, input)).map(([path, text]) => [placeOf(path), text] as const);
  const ours = sortedFiles([
    ...renderTemplates(new Map(chosen), templateValues(input)),
    ['package.json', renderPackageJson(input)],
    ['.yo-rc.json', renderAnswers(input)],
  ]);
  const files = applyPreset(ours, input.preset, input.name);
  return sortedFiles([...files, [manifestPath, renderManifest(files, input.version, ownersOf(input.preset))]]);
}

/** Files that one choice alone brings: path of the template -> question and answer. */
const broughtBy: Readonly<Record<string, readonly [keyof AppInput['answers'], string]>> = {
  '.github/workflows/ci.yml.ejs': ['ci', 'github'],
  '.gitlab-ci.yml.ejs': ['ci', 'gitlab'],
  '.yarnrc.yml': ['package-manager', 'yarn'],
  'LICENSE-Apache-2.0.ejs': ['licence', 'Apache-2.0'],
  'LICENSE-MIT.ejs': ['licence', 'MIT'],
  'pnpm-workspace.yaml.ejs': ['package-manager', 'pnpm'],
};

/** Of the datasets and models one file each is written, the chosen one's; what no choice brings is for every project. */
function isChosen(path: string, { answers }: AppInput): boolean {
  const [question, answer] = broughtBy[path] ?? [];
  if (question) return answers[question] === answer;
  const [, folder, name] = /^src\/(data|models)\/([^/]+?)\.ts(?:\.ejs)?$/.exec(path) ?? [];
  if (folder === 'data') return !datasets.some((one) => one.name === name) || name === answers.data;
  if (folder === 'models') return !models.some((one) => one.name === name) || name === answers.model;
  return true;
}

/** Every licence has the same place. */
function placeOf(template: string): string {
  return template.startsWith('LICENSE-') ? 'LICENSE.ejs' : template;
}

/**
 * What this project was made from, for `update` and `doctor`; with package.json it gives every byte again.
 * Sorted keys, no times, nothing of this machine.
 */
function renderAnswers({ answers, copyright, dataOptions, packageManagerVersion, preset, version }: AppInput): string {
  const remembered = questions.filter(({ once }) => !once).map(({ name }) => name as keyof typeof answers);
  const state = {
    answers: Object.fromEntries(remembered.sort().map((name) => [name, answers[name]])),
    copyright,
    dataOptions: Object.keys(dataOptions).length > 0 ? dataOptions : undefined,
    packageManagerVersion,
    preset: preset && { integrity: preset.integrity, name: preset.name, source: preset.source, version: preset.version },
    schema: 1,
    version,
  };
  return `${JSON.stringify({ 'create-dl-project': state }, undefined, 2)}\n`;
}
