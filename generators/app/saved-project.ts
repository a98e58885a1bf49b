import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageManagers, type VersionedPackageManager } from '../engine/package-manager.ts';
import { choicesOf, type GivenAnswers, type Question } from '../engine/questions.ts';
import type { PresetIdentity } from '../preset/preset.ts';
import type { AppInput } from './input.ts';

/** What a project remembers in `.yo-rc.json` of how it was made. */
export interface SavedProject {
  readonly answers: GivenAnswers;
  readonly dataOptions: Readonly<Record<string, string>>;
  readonly packageManager?: VersionedPackageManager;
  readonly copyright?: AppInput['copyright'];
  readonly preset?: PresetIdentity;
}

/** Reads it; undefined where there is no project of ours, or where it was made by a version we do not understand. */
export function readSavedProject(folder: string): SavedProject | undefined {
  const path = join(folder, '.yo-rc.json');
  if (!existsSync(path)) return undefined;
  try {
    const state = JSON.parse(readFileSync(path, 'utf8'))['create-dl-project'];
    if (state?.schema !== 1) return undefined;
    const { copyright, packageManagerVersion: version } = state;
    const answers = textsOf(state.answers);
    const preset = presetOf(state.preset);
    const name = packageManagers.find((one) => one === answers['package-manager']);
    return {
      answers,
      dataOptions: textsOf(state.dataOptions),
      ...(name ? { packageManager: { name, ...(typeof version === 'string' ? { version } : {}) } } : {}),
      ...(typeof copyright?.holder === 'string' && typeof copyright.year === 'number' ? { copyright } : {}),
      ...(preset ? { preset } : {}),
    };
  } catch {
    return undefined; // a broken file is no memory
  }
}

/** Takes saved answers where no flag says otherwise, unless a flag leaves them impossible. */
export function withSavedAnswers(questions: readonly Question[], given: GivenAnswers, saved: GivenAnswers): GivenAnswers {
  const answers: Record<string, string> = { ...given };
  for (const question of questions) {
    const value = saved[question.name];
    if (answers[question.name] !== undefined || value === undefined) continue;
    if (choicesOf(question, answers).some((choice) => choice.value === value)) answers[question.name] = value;
  }
  return answers;
}

function textsOf(record: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(record ?? {}).filter(([, value]) => typeof value === 'string'));
}

function presetOf(record: unknown): PresetIdentity | undefined {
  const { name, version, source, integrity } = textsOf(record);
  return name && version && source ? { name, version, source, ...(integrity ? { integrity } : {}) } : undefined;
}
