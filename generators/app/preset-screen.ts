import { ownersOf } from '../preset/apply-preset.ts';
import { lockedAnswers, presetTitle } from '../preset/preset.ts';
import type { ChosenPreset } from './choose-preset.ts';

/** What a preset has decided, as a small table that stands before the questions; empty where there is none. */
export function presetScreen({ preset, remembered }: ChosenPreset): string {
  const is = preset ? presetTitle(preset) : 'none';
  const was = remembered ? presetTitle(remembered) : is;
  if (!preset && !remembered) return '';
  const locked = preset ? Object.entries(lockedAnswers(preset)) : [];
  const [nameWidth, valueWidth] = [0, 1].map((column) => Math.max(...locked.map((entry) => entry[column].length), 8) + 2);
  const rows = locked.map(([name, value]) => `${name.padEnd(nameWidth)}${value.padEnd(valueWidth)}locked by ${preset!.name}`);
  return ['', `${'preset'.padEnd(nameWidth)}${was === is ? is : `${was} -> ${is}`}`, ...rows].map((line) => line && `  ${line}`).join('\n');
}

/** The same for tools, with who answers for which file; nothing where there is no preset. */
export function describePreset({ preset }: ChosenPreset): object {
  if (!preset) return {};
  const { name, version, source, integrity } = preset;
  return {
    preset: { name, version, source, ...(integrity ? { integrity } : {}), locked: lockedAnswers(preset), owners: ownersOf(preset) },
  };
}
