import { UsageError } from '../engine/exit.ts';
import { type FileMap, sortedFiles } from '../engine/file-map.ts';
import type { Owner } from '../engine/manifest.ts';
import { type Preset, presetTitle } from './preset.ts';

/** The part of a preset that files are made from. */
type PresetFiles = Pick<Preset, 'name' | 'version' | 'files' | 'packageJson'>;

/** The only thing that is filled in: a preset has no code. GitHub's own `${{ ... }}` never reads so. */
const placeholder = /\{\{project-name\}\}/g;

/**
 * Lays a preset over the files of a project: its files take the place of those of the same path or are more, and
 * package.json gets its keys. Pure.
 * @throws UsageError for a path that clashes with one of the template's on some system
 */
export function applyPreset(files: FileMap, preset: PresetFiles | undefined, projectName: string): FileMap {
  if (!preset) return files;
  refuseClashes(files, preset);
  const fill = (text: string) => text.replace(placeholder, projectName);
  const own = [...preset.files].map(([path, text]) => [path, fill(text)] as const);
  const added = JSON.parse(fill(JSON.stringify(preset.packageJson)));
  return sortedFiles(new Map([...files, ...own, ['package.json', withKeys(files.get('package.json')!, added)]]));
}

/** Who answers for a file, where that is not the template alone: path -> owner. */
export function ownersOf(preset: PresetFiles | undefined): Readonly<Record<string, Owner>> {
  if (!preset) return {};
  const owners: [string, Owner][] = [...preset.files.keys()].map((path) => [path, 'preset']);
  if (Object.keys(preset.packageJson).length > 0) owners.push(['package.json', 'shared']);
  return Object.fromEntries(sortedFiles(owners as [string, string][])) as Record<string, Owner>;
}

/** `readme.md` beside `README.md`, or a file where the template has a folder: one of them would be lost. */
function refuseClashes(files: FileMap, preset: PresetFiles): void {
  for (const path of preset.files.keys()) {
    const plain = path.toLowerCase();
    const others = [...files.keys(), ...preset.files.keys()].filter((other) => other !== path);
    const clash = others.find((other) => {
      const one = other.toLowerCase();
      return one === plain || one.startsWith(`${plain}/`) || plain.startsWith(`${one}/`);
    });
    if (clash) throw new UsageError(`Preset ${presetTitle(preset)} has the file ${path}, which cannot lie beside ${clash}.`);
  }
}

type Fields = Record<string, unknown>;

const sortedLists = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

function withKeys(packageJson: string, added: Fields): string {
  if (Object.keys(added).length === 0) return packageJson;
  const merged = onTop(JSON.parse(packageJson), added);
  for (const key of sortedLists.filter((one) => Object.hasOwn(merged, one)))
    merged[key] = Object.fromEntries(Object.entries(merged[key] as Fields).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(merged, undefined, 2)}\n`;
}

/** Objects are merged by key; anything else takes the place of what was there. */
function onTop(ours: Fields, theirs: Fields): Fields {
  const merged = Object.entries(theirs).map(([key, value]) => {
    const before = Object.hasOwn(ours, key) ? ours[key] : undefined;
    return [key, isFields(before) && isFields(value) ? onTop(before, value) : value] as const;
  });
  return { ...ours, ...Object.fromEntries(merged) };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
