import { questions, refuseCombination } from '../app/questions.ts';
import { UsageError } from '../engine/exit.ts';
import { quote } from '../engine/flags.ts';
import { didYouMean } from '../engine/nearest.ts';
import type { GivenAnswers } from '../engine/questions.ts';
import { checkPackageJson } from './check-package-json.ts';
import { refuseFilePath } from './preset-file.ts';
import { presetSchema } from './preset-schema.ts';

/** A `preset.json` that is sound in itself; the files it names are not read yet. */
export interface PresetDeclaration {
  readonly name: string;
  readonly version: string;
  readonly answers: GivenAnswers;
  readonly locked: readonly string[];
  /** Path in the project -> the text, or the path of a file of the preset. */
  readonly files: ReadonlyMap<string, FileOrigin>;
  readonly packageJson: Readonly<Record<string, unknown>>;
}

type FileOrigin = { readonly text: string } | { readonly from: string };

/** Name and version as package.json says them, where there is one beside the preset. */
export type PackageIdentity = Readonly<Record<'name' | 'version', string>>;

/**
 * Checks what stands in a `preset.json`.
 * @param file its name, for messages
 * @throws UsageError for whatever is wrong: the key, what came, what is allowed
 */
export function checkPreset(content: unknown, file: string, identity?: PackageIdentity): PresetDeclaration {
  const fail: Fail = (what) => {
    throw new UsageError(`${file}: ${what}`);
  };
  if (!isRecord(content)) return fail('a preset is an object: { "schema": 1, ... }.');
  refuseUnknown(Object.keys(content), Object.keys(presetSchema.properties), 'key', fail);
  const { schema, answers = {}, locked = [], files = {}, packageJson = {} } = content;
  if (schema !== 1) fail(schema === undefined ? '"schema": 1 is missing.' : `schema is ${show(schema)}; this version knows 1.`);
  if (content.$schema !== undefined && typeof content.$schema !== 'string') fail(`$schema is ${show(content.$schema)}; it is an address.`);
  const checked = checkAnswers(answers, fail);
  return {
    name: checkIdentity('name', content.name, identity, fail),
    version: checkIdentity('version', content.version, identity, fail),
    answers: checked,
    locked: checkLocked(locked, checked, fail),
    files: checkFiles(files, fail),
    packageJson: isRecord(packageJson)
      ? checkPackageJson(packageJson, fail)
      : fail(`packageJson is ${show(packageJson)}; it is an object.`),
  };
}

/** Throws a `UsageError` that begins with the preset's file. */
export type Fail = (what: string) => never;

const forms = {
  name: /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/,
  version: /^\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/,
};
const examples = { name: '@acme/dl-preset', version: '1.2.0' };

/** A package has its name and version in package.json; here they are optional, and the same. */
function checkIdentity(key: 'name' | 'version', value: unknown, identity: PackageIdentity | undefined, fail: Fail): string {
  const given = value ?? identity?.[key];
  if (given === undefined) return fail(`"${key}" is missing, such as ${examples[key]}.`);
  if (typeof given !== 'string' || given.length > 214 || !forms[key].test(given))
    return fail(`${key} is ${show(given)}; it is written like ${examples[key]}.`);
  if (identity && given !== identity[key]) fail(`${key} is ${show(given)}, but package.json says ${identity[key]}. Leave it out here.`);
  return given;
}

function checkAnswers(answers: unknown, fail: Fail): GivenAnswers {
  if (!isRecord(answers)) return fail(`answers is ${show(answers)}; it is an object: { "ci": "github" }.`);
  const names = questions.map(({ name }) => name);
  refuseUnknown(Object.keys(answers), names, 'question', fail);
  for (const { name, all } of questions) {
    const value = answers[name];
    const known = all.map((choice) => choice.value);
    if (value === undefined || known.includes(value as string)) continue;
    const nearest = typeof value === 'string' ? didYouMean(value, known) : '';
    fail(`answers.${name} is ${show(value)}.${nearest} It is one of: ${known.join(', ')}.`);
  }
  try {
    refuseCombination(answers as GivenAnswers);
  } catch (error) {
    fail((error as Error).message);
  }
  return answers as GivenAnswers;
}

function checkLocked(locked: unknown, answers: GivenAnswers, fail: Fail): string[] {
  if (!Array.isArray(locked) || locked.some((one) => typeof one !== 'string'))
    return fail(`locked is ${show(locked)}; it is a list of questions: ["ci", "licence"].`);
  const names = questions.map(({ name }) => name);
  refuseUnknown(locked, names, 'question', fail);
  const open = locked.find((name) => answers[name] === undefined);
  if (open) fail(`locked has ${show(open)}, but answers does not say to what.`);
  const twice = locked.find((name, index) => locked.indexOf(name) < index);
  if (twice) fail(`locked has ${show(twice)} twice.`);
  return names.filter((name) => locked.includes(name));
}

function checkFiles(files: unknown, fail: Fail): PresetDeclaration['files'] {
  if (!isRecord(files)) return fail(`files is ${show(files)}; it is an object: { ".editorconfig": "files/editorconfig" }.`);
  const entries = Object.entries(files).map(([path, value]): readonly [string, FileOrigin] => {
    refuseFilePath(path, fail);
    if (typeof value === 'string' && value !== '') return [path, { from: value }];
    if (isRecord(value) && typeof value.text === 'string' && Object.keys(value).length === 1) return [path, { text: value.text }];
    return fail(`files[${show(path)}] is ${show(value)}; it is the path of a file of the preset, or { "text": "..." }.`);
  });
  const plain = entries.map(([path]) => path.toLowerCase());
  const twice = plain.find((path, index) => plain.indexOf(path) < index);
  if (twice) fail(`files has ${show(twice)} in two spellings, which are one file on some systems.`);
  return new Map(entries);
}

function refuseUnknown(names: readonly string[], known: readonly string[], kind: string, fail: Fail): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) fail(`there is no ${kind} ${show(unknown)}.${didYouMean(unknown, known)} There are: ${known.join(', ')}.`);
}

function show(value: unknown): string {
  return typeof value === 'string' ? quote(value) : (JSON.stringify(value)?.slice(0, 60) ?? 'undefined');
}

/** Whether a value of a JSON file is an object, and no list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
