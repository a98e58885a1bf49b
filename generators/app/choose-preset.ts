import { resolve } from 'node:path';
import { UsageError } from '../engine/exit.ts';
import { type Preset, type PresetIdentity, presetTitle } from '../preset/preset.ts';

/** The preset of a project that is made, or made again. */
export interface ChosenPreset {
  readonly preset?: Preset;
  /** The one it was made with, if that can still be had: files that it brought are merged from there. */
  readonly before?: Preset;
  /** What it remembers of that one. */
  readonly remembered?: PresetIdentity;
}

/** What `--preset` says where a project shall have none any more. */
const noPreset = 'none';

/**
 * Takes the preset that `--preset` names, or else the one that the project remembers. Without either nothing of presets is
 * loaded.
 * @throws UsageError where it cannot be had, is not sound, or is not what it was under that version
 */
export async function choosePreset(
  typed: string | undefined,
  remembered: PresetIdentity | undefined,
  places: { readonly cwd: string; readonly folder: string },
): Promise<ChosenPreset> {
  if (!remembered && (typed === undefined || typed === noPreset)) return {};
  const { loadPreset } = await import('../preset/load-preset.ts');
  const again = () => loadPreset(specOf(remembered!, places.folder), places);
  if (typed === undefined) {
    const found = await again().catch((error: Error) => {
      throw new UsageError(
        `This project was made with preset ${presetTitle(remembered!)}, which cannot be had any more.\n${error.message}\n` +
          `Say where it is with --preset <file | package>, or go on without it: --preset ${noPreset}`,
      );
    });
    const preset = sameVersion(found, remembered) ? withIntegrity(found, remembered!) : found;
    return { remembered, preset, ...(sameVersion(found, remembered) ? { before: preset } : {}) };
  }
  const preset = typed === noPreset ? undefined : await loadPreset(typed, places);
  const before = !remembered ? undefined : sameVersion(preset, remembered) ? preset : await again().catch(() => undefined);
  return { ...(preset ? { preset } : {}), ...(remembered ? { remembered } : {}), ...(before ? { before } : {}) };
}

function sameVersion(preset: Preset | undefined, remembered: PresetIdentity | undefined): boolean {
  return preset?.name === remembered?.name && preset?.version === remembered?.version;
}

/** A path is remembered from the project's folder, a package by its version. */
function specOf({ source, version }: PresetIdentity, folder: string): string {
  return source.startsWith('file:') ? `file:${resolve(folder, source.slice('file:'.length))}` : `${source}@${version}`;
}

/** An installed package has no tarball to compare: what was remembered stays. */
function withIntegrity(found: Preset, { integrity }: PresetIdentity): Preset {
  if (found.integrity && integrity && found.integrity !== integrity)
    throw new UsageError(
      `Preset ${presetTitle(found)} is not what this project was made with: it has ${found.integrity}, and .yo-rc.json remembers ${integrity}.\n` +
        'If that is meant, take it as it is now: --preset <file | package>',
    );
  return integrity ? { ...found, integrity } : found;
}
